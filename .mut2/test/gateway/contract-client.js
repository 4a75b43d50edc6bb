import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { signed } from './signing.js';
/**
 * A client of one listener that holds every answer against the listener's own document: the status, the content type and
 * the body must be what it says. Remembers what it has seen.
 */
export class ContractClient {
    document;
    /** Operations that answered with a success. */
    succeeded = new Set();
    codes = new Set();
    #t;
    #url;
    #key;
    #token;
    #ajv;
    #validators = new Map();
    constructor(t, url, document, credentials) {
        this.#t = t;
        this.#url = url;
        this.document = document;
        this.#key = credentials.key;
        this.#token = credentials.token;
        this.#ajv = new Ajv2020({ strict: false, allErrors: true });
        addFormats.default(this.#ajv);
        this.#ajv.addSchema(document, 'document');
    }
    get operationIds() {
        return Object.values(this.document.paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId));
    }
    async call(operationId, request = {}) {
        const found = this.#find(operationId);
        const path = found.path.replaceAll(/\{\w+\}/g, encodeURIComponent(request.parameter ?? ''));
        const answer = await this.send(found.method.toUpperCase(), path + (request.query ?? ''), request);
        this.#check(found, request, answer);
        return answer;
    }
    /** A request outside the document; only what all answers have in common is checked. */
    async send(method, pathAndQuery, request = {}) {
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
        const json = isJson ? JSON.parse(text) : { text };
        this.#expect(response.headers.has('x-request-id'), `no request id: ${method} ${pathAndQuery}`);
        if (response.headers.get('content-type') === 'application/problem+json')
            this.#checkProblem(response, json);
        return { status: response.status, headers: response.headers, json };
    }
    #find(operationId) {
        for (const [path, methods] of Object.entries(this.document.paths)) {
            for (const [method, operation] of Object.entries(methods)) {
                if (operation.operationId === operationId)
                    return { path, method, operation };
            }
        }
        throw new Error(`the document has no ${operationId}`);
    }
    #check({ path, method, operation }, request, answer) {
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
        if (answer.status >= 300)
            return;
        this.succeeded.add(operationId);
        if (operation.requestBody === undefined)
            return;
        const schema = `${pointer}/requestBody/content/application~1json/schema`;
        this.#validate(schema, JSON.parse(textOf(request.body)), `the body that ${operationId} took`);
    }
    #validate(pointer, value, what) {
        let validate = this.#validators.get(pointer);
        if (validate === undefined) {
            validate = this.#ajv.compile({ $ref: `document#${pointer}` });
            this.#validators.set(pointer, validate);
        }
        this.#expect(validate(value), `${what}: ${this.#ajv.errorsText(validate.errors)}`);
    }
    #checkProblem(response, json) {
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
    #expect(holds, what) {
        if (!holds)
            this.#t.fail(what);
    }
}
function textOf(body) {
    return typeof body === 'string' ? body : JSON.stringify(body);
}
/** One step of a JSON pointer, as it stands in the fragment of a URL. */
function escaped(step) {
    return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
//# sourceMappingURL=contract-client.js.map