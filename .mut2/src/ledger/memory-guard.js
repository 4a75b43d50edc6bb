import { StopReason } from '../domain/shared-state.js';
/** How far memory must fall below a threshold before it no longer counts, in percent of the maximum. */
const HYSTERESIS_PERCENT = 5;
/**
 * Refuses new holds before Redis itself refuses writes: while Postgres is away unwritten events pile up in the streams,
 * and a full Redis could not even take the confirms of what was already sold.
 */
export class MemoryGuard {
    #limits;
    #shared;
    #alarm;
    #level;
    constructor(limits, shared, alarm) {
        this.#limits = limits;
        this.#shared = shared;
        this.#alarm = alarm;
        // The stop of a guard that died with its thread is this one's to clear.
        this.#level = shared.hasStop(StopReason.LedgerTooFarBehind) ? 'refusing' : 'normal';
    }
    /** `maxBytes` 0: Redis has no limit or does not tell; then there is nothing to guard. */
    observe(usedBytes, maxBytes) {
        const percent = maxBytes === 0 ? 0 : (100 * usedBytes) / maxBytes;
        const level = this.#levelAt(percent);
        if (level === this.#level)
            return;
        this.#level = level;
        if (level === 'refusing')
            this.#shared.raiseStop(StopReason.LedgerTooFarBehind);
        else
            this.#shared.clearStop(StopReason.LedgerTooFarBehind);
        const rounded = Math.round(percent);
        if (level === 'normal')
            this.#alarm({ kind: 'redis_memory_normal', percent: rounded });
        else
            this.#alarm({ kind: 'redis_memory_high', percent: rounded, refusing: level === 'refusing' });
    }
    #levelAt(percent) {
        const { alarmPercent, refusePercent } = this.#limits;
        // A level already reached is kept until memory is clearly below it.
        const slack = (level) => (this.#level === level ? HYSTERESIS_PERCENT : 0);
        if (percent >= refusePercent - slack('refusing'))
            return 'refusing';
        const kept = this.#level === 'normal' ? 0 : HYSTERESIS_PERCENT;
        return percent >= alarmPercent - kept ? 'high' : 'normal';
    }
}
//# sourceMappingURL=memory-guard.js.map