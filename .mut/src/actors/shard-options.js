export {};
//# sourceMappingURL=shard-options.js.map