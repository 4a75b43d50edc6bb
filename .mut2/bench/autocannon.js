import autocannon from 'autocannon';
const KEY_DIGITS = 1_000_000_000;
/**
 * Fallback where wrk is not installed. Same headers and bodies as `wrk/holds.lua`, closed loop, peak throughput only.
 * Its `rate` mode is never used: it corrects coordinated omission wrongly (see bench/README.md).
 */
export const autocannonClient = {
    name: 'autocannon',
    async run(load) {
        let counter = 0;
        const before = process.cpuUsage();
        const instance = autocannon({
            url: load.url,
            connections: load.connections,
            duration: load.seconds,
            requests: [
                {
                    method: 'POST',
                    path: load.path,
                    setupRequest: (request) => {
                        counter += 1;
                        const sku = load.skuPrefix + String(Math.floor(Math.random() * load.skus)).padStart(6, '0');
                        const buyer = `b${KEY_DIGITS + Math.floor(Math.random() * load.buyers)}`;
                        return {
                            ...request,
                            headers: {
                                'Content-Type': 'application/json',
                                'Idempotency-Key': `${load.tag}-0-${KEY_DIGITS + counter}`,
                            },
                            body: `{"sku":"${sku}","buyerId":"${buyer}","quantity":1}`,
                        };
                    },
                },
            ],
        });
        const result = await instance;
        const used = process.cpuUsage(before);
        const statusErrors = result['4xx'] + result['5xx'];
        return {
            requests: result['2xx'] + result['3xx'] + statusErrors,
            seconds: result.duration,
            statusErrors,
            socketErrors: result.errors - result.timeouts,
            timeouts: result.timeouts,
            p50Ms: result.latency.p50,
            p99Ms: result.latency.p99,
            clientProcessorSeconds: (used.user + used.system) / 1e6,
        };
    },
};
//# sourceMappingURL=autocannon.js.map