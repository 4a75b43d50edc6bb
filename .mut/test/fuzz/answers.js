import { ERRORS } from '../../src/domain/errors.js';
/** Not HTTP, or not by the contract. */
export class WrongAnswer extends Error {
    name = 'WrongAnswer';
}
const HEAD_END = Buffer.from('\r\n\r\n');
const HEAD_BYTES_MAX = 8192;
/** Reads answers off a connection, strictly: anything that is no answer is an error. */
export class AnswerReader {
    isHeadAt;
    answers = [];
    #rest = Buffer.alloc(0);
    #isOpenEnded = false;
    constructor(isHeadAt) {
        this.isHeadAt = isHeadAt;
    }
    /** Bytes that belong to no whole answer yet. */
    get hasRest() {
        return this.#rest.length > 0;
    }
    add(chunk) {
        if (this.#isOpenEnded)
            return;
        this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
        while (this.#rest.length > 0 && this.#readOne())
            ;
    }
    #readOne() {
        const end = this.#rest.indexOf(HEAD_END);
        if (end < 0) {
            if (this.#rest.length > HEAD_BYTES_MAX || !/^H?T?T?P?/.test(this.#rest.toString('latin1', 0, 4)))
                throw new WrongAnswer(`no head in ${shown(this.#rest)}`);
            return false;
        }
        const [first = '', ...lines] = this.#rest.toString('latin1', 0, end).split('\r\n');
        const status = Number(/^HTTP\/1\.1 (\d{3}) [A-Za-z -]+$/.exec(first)?.[1]);
        if (Number.isNaN(status))
            throw new WrongAnswer(`status line ${JSON.stringify(first)}`);
        const headers = readHeaders(lines);
        if (status === 100) {
            // No answer yet: `Expect: 100-continue` is told to go on.
            this.#rest = this.#rest.subarray(end + HEAD_END.length);
            return true;
        }
        const length = this.#lengthOf(status, headers);
        const from = end + HEAD_END.length;
        if (length === undefined) {
            this.#isOpenEnded = true;
            this.answers.push({ status, headers, body: this.#rest.subarray(from), isOpenEnded: true });
            this.#rest = Buffer.alloc(0);
            return false;
        }
        if (this.#rest.length < from + length)
            return false;
        this.answers.push({
            status,
            headers,
            body: this.#rest.subarray(from, from + length),
            isOpenEnded: false,
        });
        this.#rest = this.#rest.subarray(from + length);
        return true;
    }
    #lengthOf(status, headers) {
        if (status === 204 || status < 200 || this.isHeadAt(this.answers.length))
            return 0;
        const length = headers.get('content-length');
        if (length === undefined)
            return undefined;
        if (!/^\d{1,9}$/.test(length))
            throw new WrongAnswer(`Content-Length ${length}`);
        return Number(length);
    }
}
function readHeaders(lines) {
    const headers = new Map();
    for (const line of lines) {
        const [, name, value] = /^([A-Za-z0-9-]+): ?([\x20-\x7e]*)$/.exec(line) ?? [];
        if (name === undefined)
            throw new WrongAnswer(`header ${JSON.stringify(line)}`);
        const key = name.toLowerCase();
        if (headers.has(key))
            throw new WrongAnswer(`${name} twice`);
        headers.set(key, value);
    }
    return headers;
}
const SUCCESSES = new Set([200, 201, 204]);
/** What uWebSockets says by itself before a request is one; it closes then. */
const BARE = new Set([400, 431, 505]);
/** Throws where an answer is not by the contract, or not the one expected. */
export function checkAnswer(answer, expected) {
    const { status, headers, body } = answer;
    const said = `${status} ${shown(body)}`;
    if (status === 500)
        throw new WrongAnswer(`an internal error: ${said}`);
    if (!headers.has('x-request-id')) {
        if (!BARE.has(status))
            throw new WrongAnswer(`no X-Request-Id: ${said}`);
        if (expected?.statuses !== undefined && !expected.statuses.includes(status))
            throw new WrongAnswer(`expected ${expected.statuses.join(' or ')}, got a bare ${said}`);
        return;
    }
    if (status >= 400) {
        if (expected?.isHead !== true)
            checkProblem(answer, said);
    }
    else if (!SUCCESSES.has(status))
        throw new WrongAnswer(`no status of the contract: ${said}`);
    if (isBusy(status))
        return;
    if (expected?.statuses !== undefined && !expected.statuses.includes(status))
        throw new WrongAnswer(`expected ${expected.statuses.join(' or ')}, got ${said}`);
    if (expected?.contains !== undefined && !body.includes(expected.contains))
        throw new WrongAnswer(`expected ${expected.contains} in ${said}`);
    if (headers.get('content-type') === 'application/json' && expected?.isHead !== true)
        parsed(body, said);
}
/** On a loaded machine a well-behaved engine may say so. */
export function isBusy(status) {
    return status === 503;
}
function checkProblem({ status, headers, body }, said) {
    if (headers.get('content-type') !== 'application/problem+json')
        throw new WrongAnswer(`no problem document: ${said}`);
    const problem = parsed(body, said);
    const definition = ERRORS[problem.code];
    if (definition?.status !== status || problem.status !== status)
        throw new WrongAnswer(`code and status: ${said}`);
    if (problem.requestId !== headers.get('x-request-id'))
        throw new WrongAnswer(`requestId: ${said}`);
    for (const member of ['type', 'title', 'detail'])
        if (typeof problem[member] !== 'string')
            throw new WrongAnswer(`${member} is missing: ${said}`);
    if (Array.isArray(problem.errors) !== (problem.code === 'invalid_request'))
        throw new WrongAnswer(`errors: ${said}`);
    if (headers.has('retry-after') !== (status === 503 || status === 429))
        throw new WrongAnswer(`Retry-After: ${said}`);
}
const utf8 = new TextDecoder('utf-8', { fatal: true });
function parsed(body, said) {
    try {
        return JSON.parse(utf8.decode(body));
    }
    catch {
        throw new WrongAnswer(`no JSON: ${said}`);
    }
}
function shown(bytes) {
    return JSON.stringify(bytes.toString('latin1', 0, 300));
}
//# sourceMappingURL=answers.js.map