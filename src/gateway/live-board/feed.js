/** A stream that is silent for so long is dead: the engine sends something every second. */
const SILENT_MS = 5000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 10_000;
/** More than any event has; a stream that sends no end of one must not fill the memory. */
const EVENT_CHARACTERS_MAX = 4_000_000;

/**
 * Follows the sale for as long as the page lives. By `fetch`, because `EventSource` cannot send a token, and one in the address
 * would end in logs. `listener.state` is told `live`, `lost`, `full` or `token`; `listener.event` each event; `listener.token` is
 * asked for the token, which may be empty.
 */
export async function follow(listener) {
  for (let failures = 0; ; failures += 1) {
    const state = await once(listener, () => {
      failures = 0;
    });
    listener.state(state);
    if (state === 'token') await listener.tokenGiven();
    else await pause(Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** Math.min(failures, 6)));
  }
}

async function once(listener, onEvent) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), SILENT_MS);
  try {
    const token = listener.token();
    const response = await fetch('/v1/live', {
      signal: abort.signal,
      cache: 'no-store',
      headers: token === '' ? {} : { Authorization: `Bearer ${token}` },
    });
    if (response.status === 401) return 'token';
    // The engine's own 503 is a problem; one of a proxy, with no engine behind it, is not.
    const isOfEngine = response.headers.get('Content-Type')?.startsWith('application/problem+json');
    if (response.status === 503 && isOfEngine) return 'full';
    if (!response.ok || response.body === null) return 'lost';
    for await (const { name, data } of eventsOf(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), SILENT_MS);
      onEvent();
      listener.state('live');
      listener.event(name, JSON.parse(data));
    }
    return 'lost';
  } catch (error) {
    // A network that is gone is what this is for; anything else is a mistake of this page and should be seen.
    if (error.name !== 'AbortError' && !(error instanceof TypeError && abort.signal.aborted))
      console.warn(error);
    return 'lost';
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parsed(text.slice(0, end));
      text = text.slice(end + 2);
      if (event !== undefined) yield event;
    }
    if (text.length > EVENT_CHARACTERS_MAX) throw new RangeError('an event has no end');
  }
}

function parsed(block) {
  const fields = new Map();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  return fields.has('data')
    ? { name: fields.get('event') ?? 'message', data: fields.get('data') }
    : undefined;
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
