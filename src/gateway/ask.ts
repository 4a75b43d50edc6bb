import type { Command } from '../domain/command.js';
import type { Outcome, Refusal } from '../domain/outcome.js';
import type { Actors } from '../domain/ports.js';
import type { FieldError } from './fields.js';
import type { Responder } from './responder.js';

/** One command as a promise, for the rare calls; holds are asked for with a callback. Never rejects. */
export function ask(actors: Actors, command: Command): Promise<Outcome> {
  return new Promise((resolve) => actors.submit(command, resolve));
}

export function refuse(responder: Responder, refusal: Refusal): void {
  responder.problem(refusal.code, refusal);
}

export function refuseInput(responder: Responder, errors: readonly FieldError[]): void {
  responder.problem('invalid_request', { errors });
}

/** For an outcome of a kind this command never has: a bug behind the gateway, answered as one. */
export function unexpected(outcome: Outcome): Error {
  return new Error(`an outcome of kind ${outcome.kind} does not answer this command`);
}
