import type { Command } from '../../src/domain/command.js';
import type { ErrorCode } from '../../src/domain/errors.js';
import type { Outcome } from '../../src/domain/outcome.js';

/** One request of a storefront or an operator, and what became of it. */
export interface Request {
  /** `r17`; also the first part of the actor in every event it causes. */
  readonly id: string;
  readonly command: Command;
  readonly engine: string;
  /** Which life of the engine it was asked of. */
  readonly engineLife: number;
  /** Milliseconds of the simulation. */
  readonly askedAt: number;
  /** Whether the engine had already said that the store lost writes. */
  readonly askedAfterRollBack: boolean;
  answers: number;
  answeredAt: number;
  outcome: Outcome | undefined;
  /** Refused by the gateway on the board, without asking the actors. */
  byBoard: boolean;
}

export function requestIdOf(actor: string): string {
  return actor.slice(0, actor.indexOf('|'));
}

/** `held`, `confirmed`, … or the code of the refusal. */
export function wordOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  if (outcome.kind === 'hold') return outcome.replayed ? `${outcome.hold.state} before` : outcome.hold.state;
  return outcome.kind === 'refused' ? outcome.code : outcome.kind;
}

/** After these nobody knows whether it happened; any other refusal says for certain that it did not and will not. */
const OPEN: ReadonlySet<ErrorCode> = new Set(['outcome_unknown', 'store_rolled_back']);

export function isCertainRefusal(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'refused' && !OPEN.has(outcome.code);
}
