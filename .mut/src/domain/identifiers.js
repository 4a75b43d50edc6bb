/** Shapes of identifiers as the contract states them (`sku`, `buyerId`: 1–64; `Idempotency-Key`: 8–128). */
export const IDENTIFIER_PATTERN = /^[A-Za-z0-9._:@+~-]{1,64}$/;
export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9._:@+~-]{8,128}$/;
/** Longest `paymentRef`, `reason` and `clientAddress`, in UTF-16 code units. */
export const PAYMENT_REF_LENGTH_MAX = 128;
export const REASON_LENGTH_MAX = 200;
export const CLIENT_ADDRESS_LENGTH_MAX = 64;
/** Units a SKU may have in all (`total`), from the contract. */
export const TOTAL_MAX = 1_000_000_000;
/**
 * Whether Postgres and Redis can both keep this text as it is: no NUL or other control characters and
 * no lone surrogate (Postgres refuses those, and one such row would stop a ledger batch).
 */
export function isStorableText(text) {
    for (let index = 0; index < text.length; index += 1) {
        const unit = text.charCodeAt(index);
        if (unit < 0x20 || unit === 0x7f)
            return false;
        if (unit >= 0xd800 && unit <= 0xdbff) {
            const next = text.charCodeAt(index + 1);
            if (!(next >= 0xdc00 && next <= 0xdfff))
                return false;
            index += 1;
        }
        else if (unit >= 0xdc00 && unit <= 0xdfff)
            return false;
    }
    return true;
}
//# sourceMappingURL=identifiers.js.map