import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, {} from 'tap';
import { ensureRedisServer } from '../../src/services/redis-binary.js';
import { temporaryDirectory } from '../support/directories.js';
/** A machine whose PATH is one directory that holds just these programs. */
function machine(t, programs, rest = {}) {
    const path = temporaryDirectory(t, 'path');
    const ran = [];
    const put = (name) => {
        writeFileSync(join(path, name), '#!/bin/sh\n');
        chmodSync(join(path, name), 0o755);
    };
    programs.forEach(put);
    return {
        path,
        platform: 'linux',
        uid: 0,
        servicePolicyFile: join(path, 'policy-rc.d'),
        note: () => undefined,
        run: async (file, args) => {
            ran.push([file.slice(path.length + 1), ...args].join(' '));
            if (!args.includes('install'))
                return;
            t.ok(existsSync(join(path, 'policy-rc.d')), 'the service of the package is kept from starting');
            put('redis-server');
        },
        ran,
        ...rest,
    };
}
t.test('redis-server is preferred, valkey-server is as good', async (t) => {
    const both = machine(t, ['valkey-server', 'redis-server']);
    t.equal(await ensureRedisServer(both), join(both.path, 'redis-server'));
    const valkey = machine(t, ['valkey-server']);
    t.equal(await ensureRedisServer(valkey), join(valkey.path, 'valkey-server'));
    t.same(valkey.ran, [], 'nothing is installed where there is one');
});
t.test('root on Debian: installs the package after refreshing the lists', async (t) => {
    const debian = machine(t, ['apt-get']);
    t.equal(await ensureRedisServer(debian), join(debian.path, 'redis-server'));
    t.notOk(existsSync(debian.servicePolicyFile), 'the policy is gone again');
    t.match(debian.ran, [/^apt-get update/, /^apt-get install .*redis-server$/]);
});
for (const [name, programs, rest, command] of [
    ['not root', ['apt-get'], { uid: 1000 }, 'sudo apt-get update && sudo apt-get install -y redis-server'],
    ['no apt-get', [], {}, 'sudo apt-get update && sudo apt-get install -y redis-server'],
    ['macOS', ['apt-get'], { platform: 'darwin' }, 'brew install redis'],
]) {
    t.test(`${name}: one sentence with the command to type`, async (t) => {
        const bare = machine(t, programs, rest);
        const error = await ensureRedisServer(bare).then(() => undefined, (reason) => reason);
        t.ok(error?.message.includes(`\`${command}\``), String(error));
        t.notMatch(error?.message, /\n/);
        t.same(bare.ran, []);
    });
}
t.test('an install that fails says why in the same sentence', async (t) => {
    const offline = machine(t, ['apt-get'], {
        run: () => Promise.reject(Object.assign(new Error('exit 100'), { stderr: 'W: old\nE: no network\n' })),
    });
    await t.rejects(ensureRedisServer(offline), /installing it failed: E: no network.*apt-get install -y redis-server/);
});
//# sourceMappingURL=redis-binary.test.js.map