export const OK = { state: 'ok' };
/** Composes `/readyz` from what each part says of itself when asked. */
export class Health {
    #dependencies = new Map();
    #phase = 'starting';
    /** `state` is asked at each look and must not block. */
    watch(name, role, state) {
        this.#dependencies.set(name, { role, state });
    }
    serving() {
        this.#phase = 'serving';
    }
    /** From here on not ready, whatever the rest says: the engine is leaving. */
    draining() {
        this.#phase = 'draining';
    }
    readiness() {
        const dependencies = {};
        let ready = this.#phase === 'serving';
        if (this.#phase !== 'serving')
            dependencies.engine = { state: 'down', detail: this.#phase };
        for (const [name, { role, state }] of this.#dependencies) {
            const found = ask(state);
            dependencies[name] = found;
            if (role === 'required' && found.state === 'down')
                ready = false;
        }
        return { ready, dependencies };
    }
}
function ask(state) {
    try {
        return state();
    }
    catch (error) {
        // A part that cannot even say how it is must not take /readyz down with it.
        return { state: 'down', detail: error instanceof Error ? error.message : String(error) };
    }
}
//# sourceMappingURL=health.js.map