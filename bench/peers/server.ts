import { createHash, randomUUID } from 'node:crypto';
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { ERRORS } from '../../src/domain/errors.js';
import {
  HEADERS_SCHEMA,
  HOLD_BODY_SCHEMA,
  HOLD_SCHEMA,
  type HoldRequest,
  holdBody,
  type PeerRules,
  type PeerStock,
  PROBLEM_SCHEMA,
  type ProblemCode,
  problemBody,
  RULES_SCHEMA,
} from './contract.js';

const BODY_BYTES_MAX = 4096;
const HOLD_ID_LENGTH = 28;

interface HoldBody {
  readonly sku: string;
  readonly buyerId: string;
  readonly quantity: number;
}

interface SkuPath {
  readonly sku: string;
}

/** HTTP of all peers, with Fastify at its best: schemas compiled for what comes in and what goes out, no log of requests. */
export function createPeerServer(stock: PeerStock): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    // The engine refuses what these would repair; without them Ajv has less to do as well.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    genReqId: requestIds(),
  });
  const problem = (
    reply: FastifyReply,
    code: ProblemCode,
    members: Readonly<Record<string, unknown>> = {},
  ): FastifyReply =>
    reply
      .code(ERRORS[code].status)
      .type('application/problem+json')
      .send(problemBody(`http://${reply.request.host}`, code, reply.request.id, members));

  // Asked by the benchmark: its client cannot tell a refusal from a request that went wrong. Costs nothing where nothing does.
  let failures = 0;
  server.setErrorHandler((error: FastifyError, _, reply) => {
    failures += 1;
    const isInput = error.validation !== undefined || (error.statusCode ?? 500) < 500;
    if (isInput) return problem(reply, 'invalid_request', { detail: error.message });
    process.stderr.write(`${error.message}\n`);
    return problem(reply, 'unavailable');
  });
  server.get('/v1/failures', () => ({ failures }));
  server.post('/v1/settle', async () => {
    await stock.settle();
    return {};
  });
  server.setNotFoundHandler((_, reply) => problem(reply, 'unknown_route'));

  server.post<{ Body: HoldBody }>(
    '/v1/holds',
    {
      schema: {
        body: HOLD_BODY_SCHEMA,
        headers: HEADERS_SCHEMA,
        response: { '2xx': HOLD_SCHEMA, '4xx': PROBLEM_SCHEMA, '5xx': PROBLEM_SCHEMA },
      },
    },
    async (request, reply) => {
      const { sku, buyerId, quantity } = request.body;
      const key = request.headers['idempotency-key'] as string | undefined;
      const wanted: HoldRequest = { holdId: holdIdOf(sku, key ?? randomUUID()), sku, buyerId, quantity };
      const outcome = await stock.hold(wanted);
      switch (outcome.kind) {
        case 'held':
          return reply
            .code(201)
            .header('Location', `/v1/holds/${wanted.holdId}`)
            .type('application/json')
            .send(holdBody(wanted, outcome));
        case 'replayed':
          return reply
            .header('Idempotency-Replayed', 'true')
            .type('application/json')
            .send(holdBody(wanted, outcome));
        default: {
          const { kind, ...members } = outcome;
          return problem(reply, kind, members);
        }
      }
    },
  );

  server.put<{ Params: SkuPath; Body: PeerRules }>(
    '/v1/skus/:sku',
    { schema: { body: RULES_SCHEMA } },
    async (request, reply) => {
      await stock.define(request.params.sku, request.body);
      return reply.code(201).send({ sku: request.params.sku, ...request.body });
    },
  );

  server.get<{ Params: SkuPath }>('/v1/skus/:sku', async (request, reply) => {
    const sku = await stock.read(request.params.sku);
    return sku === undefined ? problem(reply, 'unknown_sku') : reply.send(sku);
  });
  return server;
}

/** As long as the engine's, so that all answers have about as many bytes. */
function requestIds(): () => string {
  const start = createHash('sha256').update(randomUUID()).digest('base64url').slice(0, 14);
  let count = 0;
  return () => {
    count += 1;
    return `${start}-${count.toString(36)}`;
  };
}

function holdIdOf(sku: string, key: string): string {
  return createHash('sha256').update(`${sku}\n${key}`).digest('base64url').slice(0, HOLD_ID_LENGTH);
}
