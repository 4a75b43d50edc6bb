import type { RunResult } from '../result.js';

export function htmlReport(result: RunResult): string {
  return `<!doctype html><title>${result.scenario}</title>`;
}
