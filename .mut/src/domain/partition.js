import { codeAt } from './code-at.js';
/** Most partitions a hold id has room for (two base64url characters). */
export const PARTITIONS_MAX = 4096;
export function fnv1a32(text) {
    let hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index += 1) {
        hash = Math.imul(hash ^ codeAt(text, index), 0x01000193);
    }
    return hash >>> 0;
}
/**
 * Which partition a SKU lives in: FNV-1a, 32 bits, over the SKU's bytes (SKUs are ASCII by contract), modulo P.
 *
 * P is fixed for the life of a deployment: it is stored in Redis and Postgres, and an engine configured with
 * another P refuses to start, because the same SKU would be looked for elsewhere.
 *
 * Source: https://datatracker.ietf.org/doc/draft-eastlake-fnv/ (test vectors in `test/domain/hold-id.test.ts`).
 */
export function partitionOf(sku, partitions) {
    return fnv1a32(sku) % partitions;
}
//# sourceMappingURL=partition.js.map