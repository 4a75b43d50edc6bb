import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { temporaryDirectory } from './directories.js';
import { mountSmallDisk } from './small-disk.js';
t.test('a disk that is full takes nothing more until it is freed', async (t) => {
    const disk = mountSmallDisk(join(temporaryDirectory(t, 'disk'), 'small'), 1024 * 1024);
    if (disk === undefined) {
        t.pass('not checked', { skip: 'this process may not mount a file system' });
        return;
    }
    t.teardown(() => disk.unmount());
    const write = () => writeFileSync(join(disk.directory, 'file'), Buffer.alloc(256 * 1024));
    disk.fill(64 * 1024);
    t.throws(write, { code: 'ENOSPC' });
    disk.free();
    t.doesNotThrow(write);
    t.ok(disk.freeBytes < 800 * 1024);
});
//# sourceMappingURL=small-disk.test.js.map