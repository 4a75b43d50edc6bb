import type { DependencyState, Readiness } from '../domain/ports.js';

/**
 * What a dependency means for readiness. `required`: without it nothing can be sold, so `/readyz` answers 503.
 * `degrading`: sales go on without it for a while (Postgres: the events wait in Redis), so it is shown but does not take
 * the engine out of a load balancer, which would also cut off confirms.
 */
export type DependencyRole = 'required' | 'degrading';

interface Dependency {
  readonly role: DependencyRole;
  readonly state: () => DependencyState;
}

export const OK: DependencyState = { state: 'ok' };

/** Composes `/readyz` from what each part says of itself when asked. */
export class Health {
  readonly #dependencies = new Map<string, Dependency>();
  #phase: 'starting' | 'serving' | 'draining' = 'starting';

  /** `state` is asked at each look and must not block. */
  watch(name: string, role: DependencyRole, state: () => DependencyState): void {
    this.#dependencies.set(name, { role, state });
  }

  serving(): void {
    this.#phase = 'serving';
  }

  /** From here on not ready, whatever the rest says: the engine is leaving. */
  draining(): void {
    this.#phase = 'draining';
  }

  readiness(): Readiness {
    const dependencies: Record<string, DependencyState> = {};
    let ready = this.#phase === 'serving';
    if (this.#phase !== 'serving') dependencies.engine = { state: 'down', detail: this.#phase };
    for (const [name, { role, state }] of this.#dependencies) {
      const found = ask(state);
      dependencies[name] = found;
      if (role === 'required' && found.state === 'down') ready = false;
    }
    return { ready, dependencies };
  }
}

function ask(state: () => DependencyState): DependencyState {
  try {
    return state();
  } catch (error) {
    // A part that cannot even say how it is must not take /readyz down with it.
    return { state: 'down', detail: error instanceof Error ? error.message : String(error) };
  }
}
