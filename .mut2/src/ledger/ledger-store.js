export {};
//# sourceMappingURL=ledger-store.js.map