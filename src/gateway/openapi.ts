import type { Config } from '../config.js';
import { ERRORS, type ErrorCode } from '../domain/errors.js';
import { IDEMPOTENCY_KEY_PATTERN } from '../domain/identifiers.js';
import { BODY_BYTES_MAX } from './body.js';
import type { Schema } from './openapi-parts.js';
import { schemas } from './openapi-schemas.js';
import type { Answer, ListenerName, Operation } from './operation.js';
import { OPERATIONS_TABLE } from './routes.js';

const STORE_TROUBLE: readonly ErrorCode[] = [
  'overloaded',
  'outcome_unknown',
  'unavailable',
  'store_rolled_back',
];

/** Every refusal an operation may answer: its own, and those that follow from how it is called. */
export function refusalsOf(operation: Operation, config: Config): readonly ErrorCode[] {
  const { access, asksStore, body, idempotencyKey, method } = operation;
  const isStorefront = access === 'read' || access === 'write';
  const needsToken = access === 'admin' || access === 'metrics';
  const authenticates = config.AUTH === 'on' && (isStorefront || needsToken);
  const codes: (ErrorCode | false)[] = [
    ...operation.refusals,
    'invalid_request',
    authenticates && 'unauthorized',
    authenticates && access === 'write' && 'forbidden',
    isStorefront && config.RATE_LIMIT_PER_SECOND > 0 && 'rate_limited',
    method !== 'get' && 'payload_too_large',
    body !== undefined && 'unsupported_media_type',
    idempotencyKey !== undefined && 'idempotency_mismatch',
    'internal',
    ...(asksStore === true ? STORE_TROUBLE : []),
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}

/** The OpenAPI 3.1 document of one listener, made from the table of operations, the table of errors and the settings. */
export function openApiDocument(listener: ListenerName, config: Config): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of OPERATIONS_TABLE) {
    if (!operation.listeners.includes(listener)) continue;
    const path = paths[operation.path] ?? {};
    path[operation.method] = describe(operation, config);
    paths[operation.path] = path;
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: `Holdfast, ${listener} listener`,
      version: '1',
      description:
        'Times are RFC 3339 UTC with milliseconds. Every GET may be asked as HEAD. Paths there are none of answer `unknown_route`, methods a path ' +
        'does not take `method_not_allowed`. What is no HTTP/1.1 request at all is refused before it gets here, with a bare 400, 431 or 505.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: schemas(config), securitySchemes: securitySchemes() },
  };
}

function describe(operation: Operation, config: Config): Schema {
  const parameters = [...pathParameters(operation), ...queryParameters(operation), ...headers(operation)];
  return {
    operationId: operation.operationId,
    summary: operation.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body === undefined ? {} : { requestBody: requestBody(operation.body) }),
    responses: responses(operation, config),
    security: security(operation, config),
  };
}

function pathParameters(operation: Operation): readonly Schema[] {
  return Array.from(operation.path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(operation: Operation): readonly Schema[] {
  return (operation.query ?? []).map((parameter) => ({ ...parameter, in: 'query', required: false }));
}

function headers(operation: Operation): readonly Schema[] {
  if (operation.idempotencyKey === undefined) return [];
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: operation.idempotencyKey === 'required',
      description: 'Names the request: send it again with the same key to learn what became of it',
      schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
    },
  ];
}

function requestBody(schema: string): Schema {
  return {
    required: true,
    description: `At most ${BODY_BYTES_MAX} bytes`,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

function responses(operation: Operation, config: Config): Schema {
  const found: Record<string, Schema> = {};
  for (const answer of operation.answers) found[answer.status] = success(answer);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of refusalsOf(operation, config)) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of byStatus) found[status] ??= refusal(status, codes);
  return found;
}

function success({ status, description, schema, contentType, headers: extra }: Answer): Schema {
  const types = [contentType ?? 'application/json'].flat();
  const body = schema === undefined ? { type: 'string' } : { $ref: `#/components/schemas/${schema}` };
  return {
    description,
    headers: headerSchemas({ ...(status === 204 ? {} : extra), 'X-Request-Id': 'Id of this request' }),
    content: Object.fromEntries(types.map((type) => [type, { schema: body }])),
  };
}

function refusal(status: number, codes: readonly ErrorCode[]): Schema {
  const waits = status === 429 || status === 503;
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
    headers: headerSchemas({
      ...(waits ? { 'Retry-After': 'Seconds to wait' } : {}),
      ...(status === 429 ? { 'RateLimit-Policy': 'The quota', RateLimit: 'What is left of it' } : {}),
      'X-Request-Id': 'Id of this request, as in the body',
    }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: codes } } },
          ],
        },
      },
    },
  };
}

function headerSchemas(descriptions: Readonly<Record<string, string>>): Schema {
  const entries = Object.entries(descriptions);
  return Object.fromEntries(
    entries.map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
}

function security(operation: Operation, config: Config): readonly Schema[] {
  if (config.AUTH === 'off' || operation.access === 'open') return [];
  return operation.access === 'admin' || operation.access === 'metrics'
    ? [{ bearer: [] }]
    : [{ signature: [], key: [], timestamp: [], nonce: [] }];
}

function securitySchemes(): Schema {
  const header = (name: string, description: string): Schema => ({
    type: 'apiKey',
    in: 'header',
    name,
    description,
  });
  return {
    bearer: { type: 'http', scheme: 'bearer' },
    key: header('Holdfast-Key', 'Id of the key that signs'),
    timestamp: header('Holdfast-Timestamp', 'Seconds since 1970, at most 300 off'),
    nonce: header('Holdfast-Nonce', '8–128 of A-Za-z0-9._:@+~-, never used before'),
    signature: header(
      'Holdfast-Signature',
      '`v1=` and the HMAC-SHA256, in hexadecimal, of method, path with query, timestamp, nonce and Idempotency-Key (or nothing), each followed by a line feed, and the body',
    ),
  };
}
