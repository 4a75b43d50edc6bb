export {};
//# sourceMappingURL=outlet.js.map