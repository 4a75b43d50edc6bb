import t from 'tap';
import { ScanPlace } from '../../src/domain/scan-place.js';

t.test('a scan goes on from where it was as long as one server answers', async (t) => {
  const scan = new ScanPlace(() => 7);
  t.notOk(scan.isWhole, 'nothing was asked yet');
  t.equal(await scan.page(async () => 'first'), 'first');
  t.equal(await scan.page(async () => 'second'), 'second');
  t.ok(scan.isWhole);
  t.equal(scan.restarts, 0);
});

t.test('it begins anew when another one answers: between pages, or during one', async (t) => {
  let place = 1;
  const scan = new ScanPlace(() => place);
  t.equal(await scan.page(async () => 'first'), 'first');
  place = 2;
  t.equal(await scan.page(async () => 'by another'), undefined);
  t.notOk(scan.isWhole);
  t.equal(await scan.page(async () => 'first again'), 'first again');
  const during = scan.page(async () => {
    place = 3;
    return 'who knows by whom';
  });
  t.equal(await during, undefined);
  t.equal(scan.restarts, 2);
  const inTheFirst = scan.page(async () => {
    place = 4;
    return 'who knows by whom';
  });
  t.equal(await inTheFirst, undefined, 'also in a first page, for the next would not know');
  t.equal(await scan.page(async () => 'first'), 'first');
  t.ok(scan.isWhole);
});
