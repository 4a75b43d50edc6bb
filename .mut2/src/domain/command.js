export function actorOf(requestId, keyId, clientAddress) {
    return `${requestId}|${keyId}|${clientAddress}`;
}
//# sourceMappingURL=command.js.map