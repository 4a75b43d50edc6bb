import { problemPage } from './problem-page.js';
/** `GET /healthz`: the process answers. */
export function healthz(_context, _request, responder) {
    responder.ok('{"status":"ok"}');
}
/** `GET /readyz`: 503 with the same body when not ready, which is what load balancers look at. */
export function readyz(context, _request, responder) {
    const readiness = context.readiness();
    const ready = readiness.ready && !responder.isDraining;
    const body = JSON.stringify({ ...readiness, ready });
    if (ready)
        responder.ok(body);
    else
        responder.send('unavailable', 503, 'application/json', body, [['Retry-After', '1']]);
}
/** `GET /metrics` */
export async function metrics(context, _request, responder) {
    const text = await context.metricsText();
    responder.send('ok', 200, 'text/plain; version=0.0.4; charset=utf-8', text);
}
/** `GET /openapi.json` */
export function openapi(context, _request, responder, listener) {
    responder.ok(context.documents[listener]);
}
/** `GET /problems/{code}`: what the `type` of a problem leads to. */
export function problem(_context, request, responder) {
    const page = problemPage(request.parameters[0]);
    if (page === undefined)
        responder.problem('unknown_route');
    else
        responder.send('ok', 200, 'text/html; charset=utf-8', page);
}
//# sourceMappingURL=upkeep.js.map