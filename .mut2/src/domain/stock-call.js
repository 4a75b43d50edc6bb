export {};
//# sourceMappingURL=stock-call.js.map