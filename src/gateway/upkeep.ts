import type { ErrorCode } from '../domain/errors.js';
import type { ApiRequest, GatewayContext, ListenerName } from './operation.js';
import { problemPage } from './problem-page.js';
import type { Responder } from './responder.js';

/** `GET /healthz`: the process answers. */
export function healthz(_context: GatewayContext, _request: ApiRequest, responder: Responder): void {
  responder.ok('{"status":"ok"}');
}

/** `GET /readyz`: 503 with the same body when not ready, which is what load balancers look at. */
export function readyz(context: GatewayContext, _request: ApiRequest, responder: Responder): void {
  const readiness = context.readiness();
  const ready = readiness.ready && !responder.isDraining;
  const body = JSON.stringify({ ...readiness, ready });
  if (ready) responder.ok(body);
  else responder.send('unavailable', 503, 'application/json', body, [['Retry-After', '1']]);
}

/** `GET /metrics` */
export async function metrics(
  context: GatewayContext,
  _request: ApiRequest,
  responder: Responder,
): Promise<void> {
  const text = await context.metricsText();
  responder.send('ok', 200, 'text/plain; version=0.0.4; charset=utf-8', text);
}

/** `GET /openapi.json` */
export function openapi(
  context: GatewayContext,
  _request: ApiRequest,
  responder: Responder,
  listener: ListenerName,
): void {
  responder.ok(context.documents[listener]);
}

/** `GET /problems/{code}`: what the `type` of a problem leads to. */
export function problem(_context: GatewayContext, request: ApiRequest, responder: Responder): void {
  const page = problemPage(request.parameters[0] as ErrorCode | undefined);
  if (page === undefined) responder.problem('unknown_route');
  else responder.send('ok', 200, 'text/html; charset=utf-8', page);
}
