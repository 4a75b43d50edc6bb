import { CHANGE_WIDTH, ChangeField, LAST_HOLD_KIND, SKU_WIDTH, } from '../events/stored-event.js';
import { CompactMap } from './compact-map.js';
/** Kinds of changes of holds as numbers (`CHANGE_KINDS`). */
const HELD = 0;
const CONFIRMED = 1;
/** Names of SKUs as numbers from 1, so that an entry of a tally need not keep the text. */
class Names {
    #numbers = new Map();
    #names = [''];
    numberOf(name) {
        let number = this.#numbers.get(name);
        if (number === undefined) {
            number = this.#names.push(name) - 1;
            this.#numbers.set(name, number);
        }
        return number;
    }
    nameOf(number) {
        return this.#names[number];
    }
}
function addTo(sums, name, units) {
    sums.set(name, (sums.get(name) ?? 0) + units);
}
/** Calls `take` with each change of a hold, and where in `changes` it begins. */
function eachHoldChange(event, take) {
    const { changes, skus } = event;
    for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
        const kind = changes[base];
        if (kind > LAST_HOLD_KIND)
            continue;
        take(kind, skus[(changes[base + ChangeField.sku] - 1) * SKU_WIDTH], base);
    }
}
/** Columns of a hold: number of its SKU (0: ended), units, deadline in ms (32 bits of it), whether the deadlines have it. */
const SKU = 0;
const UNITS = 1;
const DEADLINE = 2;
const DATED = 3;
/** Live holds one by one: from pages of other moments, made right by the events since the first of them. */
export class HoldTally {
    #names = new Names();
    #holds = new CompactMap();
    take(holds) {
        for (const { holdId, sku, quantity, state, expiresAt } of holds) {
            if (state !== 'held')
                continue;
            const slot = this.#holds.add(holdId);
            this.#holds.put(slot, SKU, this.#names.numberOf(sku));
            this.#holds.put(slot, UNITS, quantity);
            this.#holds.put(slot, DEADLINE, expiresAt);
        }
    }
    /** After all pages of holds: a hold made later is looked for by nobody. */
    takeDeadlines(deadlines) {
        for (const { at, holdIds } of deadlines) {
            for (const holdId of holdIds) {
                const slot = this.#holds.find(holdId);
                // Two deadlines differ by days at most, which the 32 bits that are kept of them can tell.
                if (slot !== -1 && ((at - this.#holds.get(slot, DEADLINE)) | 0) <= 0)
                    this.#holds.put(slot, DATED, 1);
            }
        }
    }
    replay(event) {
        eachHoldChange(event, (kind, sku, base) => {
            const slot = this.#holds.add(event.changes[base + ChangeField.holdId]);
            this.#holds.put(slot, SKU, kind === HELD ? this.#names.numberOf(sku) : 0);
            this.#holds.put(slot, UNITS, event.changes[base + ChangeField.units]);
            // Made or ended while we counted: the scan of the deadlines promises nothing of it.
            this.#holds.put(slot, DATED, 1);
        });
    }
    /** Units of live holds by SKU; and how many of the holds will never be swept. */
    sums() {
        const held = new Map();
        const undated = new Map();
        for (const slot of this.#holds.slots()) {
            const name = this.#names.nameOf(this.#holds.get(slot, SKU));
            if (name === '')
                continue;
            addTo(held, name, this.#holds.get(slot, UNITS));
            if (this.#holds.get(slot, DATED) === 0)
                addTo(undated, name, 1);
        }
        return { held, undated };
    }
}
/** The third column of a buyer: events since the count began when their record was read, from 1; 0 is never. */
const READ_AT = 2;
/** Units held or bought as the buyers' records have them: pages as above, but events only since a record's own page. */
export class BuyerTally {
    #firstSeq;
    #names = new Names();
    #buyers = new CompactMap();
    #unseen = new Map();
    constructor(firstSeq) {
        this.#firstSeq = firstSeq;
    }
    /** `seq`: of the page. */
    take(buyers, seq) {
        for (const { key, units } of buyers) {
            const slot = this.#buyers.add(key);
            this.#buyers.put(slot, SKU, this.#names.numberOf(skuOf(key)));
            this.#buyers.put(slot, UNITS, units);
            this.#buyers.put(slot, READ_AT, seq - this.#firstSeq + 1);
        }
    }
    replay(event) {
        eachHoldChange(event, (kind, sku, base) => {
            if (kind === CONFIRMED)
                return;
            const quantity = event.changes[base + ChangeField.units];
            const units = kind === HELD ? quantity : -quantity;
            const key = `${sku}|${event.changes[base + ChangeField.buyer]}`;
            const slot = this.#buyers.find(key);
            if (slot === -1)
                this.#replayUnseen(key, units);
            else if (event.seq >= this.#firstSeq + this.#buyers.get(slot, READ_AT)) {
                this.#buyers.put(slot, UNITS, Math.max(this.#buyers.get(slot, UNITS) + units, 0));
            }
        });
    }
    #replayUnseen(key, units) {
        const unseen = this.#unseen.get(key) ?? { units: 0, lowest: 0 };
        unseen.units += units;
        unseen.lowest = Math.min(unseen.lowest, unseen.units);
        this.#unseen.set(key, unseen);
    }
    /** Units by SKU. */
    sums() {
        const bought = new Map();
        for (const slot of this.#buyers.slots()) {
            addTo(bought, this.#names.nameOf(this.#buyers.get(slot, SKU)), this.#buyers.get(slot, UNITS));
        }
        // Who was in no page had no record at some moment, so the lowest they came to was nothing.
        for (const [key, { units, lowest }] of this.#unseen)
            addTo(bought, skuOf(key), units - lowest);
        return bought;
    }
}
/** An identifier has no `|` in it. */
function skuOf(key) {
    return key.slice(0, key.indexOf('|'));
}
//# sourceMappingURL=tallies.js.map