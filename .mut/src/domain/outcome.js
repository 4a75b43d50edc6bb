export function refused(code, details = {}) {
    return { kind: 'refused', code, ...details };
}
//# sourceMappingURL=outcome.js.map