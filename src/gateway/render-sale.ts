import type { SalePoint, SaleSnapshot } from '../domain/sale.js';
import { formatOptionalTime, formatTime } from './timestamps.js';

/** Points and snapshots as the API writes them: times in RFC 3339, `null` where there is none. */
export function renderSalePoints(points: readonly SalePoint[]): string {
  return JSON.stringify(points.map(pointOf));
}

export function renderSale({ point, ledger, skus, ...rest }: SaleSnapshot): string {
  return JSON.stringify({
    point: pointOf(point),
    ledger: { ...ledger, auditedAt: formatOptionalTime(ledger.auditedAt) },
    skus: skus.map((sku) => ({
      ...sku,
      opensAt: formatOptionalTime(sku.opensAt),
      closesAt: formatOptionalTime(sku.closesAt),
    })),
    ...rest,
  });
}

function pointOf(point: SalePoint): object {
  return { ...point, at: formatTime(point.at) };
}
