import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Test } from 'tap';
import { type SigningKey, signed } from './signing.js';

interface OperationObject {
  readonly operationId: string;
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>;
}

/** The part of an OpenAPI document that the contract test reads. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

export interface ContractRequest {
  readonly parameter?: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs with this key instead of the usual one; `null` does not sign. */
  readonly key?: SigningKey | null;
  readonly idempotencyKey?: string;
}

export interface ContractAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

interface Found {
  readonly path: string;
  readonly method: string;
  readonly operation: OperationObject;
}

/**
 * A client of one listener that holds every answer against the listener's own document: the status, the content type and
 * the body must be what it says. Remembers what it has seen.
 */
export class ContractClient {
  readonly document: OpenApi;
  /** Operations that answered with a success. */
  readonly succeeded = new Set<string>();
  readonly codes = new Set<string>();
  readonly #t: Test;
  readonly #url: string;
  readonly #key: SigningKey | undefined;
  readonly #token: string | undefined;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(t: Test, url: string, document: OpenApi, credentials: { key?: SigningKey; token?: string }) {
    this.#t = t;
    this.#url = url;
    this.document = document;
    this.#key = credentials.key;
    this.#token = credentials.token;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'document');
  }

  get operationIds(): readonly string[] {
    return Object.values(this.document.paths).flatMap((path) =>
      Object.values(path).map((operation) => operation.operationId),
    );
  }

  async call(operationId: string, request: ContractRequest = {}): Promise<ContractAnswer> {
    const found = this.#find(operationId);
    const path = found.path.replaceAll(/\{\w+\}/g, encodeURIComponent(request.parameter ?? ''));
    const answer = await this.send(found.method.toUpperCase(), path + (request.query ?? ''), request);
    this.#check(found, request, answer);
    return answer;
  }

  /** A request outside the document; only what all answers have in common is checked. */
  async send(method: string, pathAndQuery: string, request: ContractRequest = {}): Promise<ContractAnswer> {
    const body = request.body === undefined ? '' : textOf(request.body);
    const key = request.key === undefined ? this.#key : (request.key ?? undefined);
    const response = await fetch(this.#url + pathAndQuery, {
      method,
      headers: {
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
        ...(request.idempotencyKey === undefined ? {} : { 'Idempotency-Key': request.idempotencyKey }),
        ...(key === undefined ? {} : signed(key, method, pathAndQuery, body, request.idempotencyKey)),
        ...(this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` }),
        ...request.headers,
      },
      ...(body === '' ? {} : { body }),
    });
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const text = await response.text();
    const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text };
    this.#expect(response.headers.has('x-request-id'), `no request id: ${method} ${pathAndQuery}`);
    if (response.headers.get('content-type') === 'application/problem+json')
      this.#checkProblem(response, json);
    return { status: response.status, headers: response.headers, json };
  }

  /** Holds a value that came another way (an event of a stream) against a schema of the document. */
  check(schema: string, value: unknown): void {
    this.#validate(`/components/schemas/${schema}`, value, `as ${schema}: ${JSON.stringify(value)}`);
  }

  #find(operationId: string): Found {
    for (const [path, methods] of Object.entries(this.document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (operation.operationId === operationId) return { path, method, operation };
      }
    }
    throw new Error(`the document has no ${operationId}`);
  }

  #check({ path, method, operation }: Found, request: ContractRequest, answer: ContractAnswer): void {
    const { operationId } = operation;
    const pointer = `/paths/${escaped(path)}/${method}`;
    const response = operation.responses[answer.status];
    const seen = `${operationId} answered ${answer.status} ${JSON.stringify(answer.json).slice(0, 300)}`;
    this.#expect(response !== undefined, `not documented: ${seen}`);
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    this.#expect(response?.content[type] !== undefined, `type ${type} is not documented: ${seen}`);
    if (/json/.test(type)) {
      const schema = `${pointer}/responses/${answer.status}/content/${escaped(type)}/schema`;
      this.#validate(schema, answer.json, seen);
    }
    if (answer.status >= 300) return;
    this.succeeded.add(operationId);
    if (operation.requestBody === undefined) return;
    const schema = `${pointer}/requestBody/content/application~1json/schema`;
    this.#validate(schema, JSON.parse(textOf(request.body)), `the body that ${operationId} took`);
  }

  #validate(pointer: string, value: unknown, what: string): void {
    let validate = this.#validators.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `document#${pointer}` });
      this.#validators.set(pointer, validate);
    }
    this.#expect(validate(value), `${what}: ${this.#ajv.errorsText(validate.errors)}`);
  }

  #checkProblem(response: Response, json: Record<string, unknown>): void {
    this.codes.add(String(json.code));
    const { code, errors, requestId, status, type } = json;
    const waits = response.status === 503 || response.status === 429;
    this.#expect(status === response.status, `${code}: status`);
    this.#expect(requestId === response.headers.get('x-request-id'), `${code}: requestId`);
    this.#expect(new URL(String(type)).pathname === `/problems/${code}`, `${code}: type`);
    this.#expect(response.headers.has('retry-after') === waits, `${code}: Retry-After`);
    this.#expect(Array.isArray(errors) === (code === 'invalid_request'), `${code}: errors`);
  }

  /** Speaks up only when something is wrong: there are thousands of these. */
  #expect(holds: boolean, what: string): void {
    if (!holds) this.#t.fail(what);
  }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** One step of a JSON pointer, as it stands in the fragment of a URL. */
function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
