/**
 * What the engine says of its parts is English, for logs and scripts have it as well. These are the sentences of
 * `src/engine/dependencies.ts` that a Chinese reader of the board meets, as patterns; what none fits is shown as it is.
 */
const CHINESE = [
  [/^draining$/, '正在停止'],
  [/^starting$/, '正在启动'],
  [/^shard (\d+): (?:.*\b)?(?:timed? ?out|ETIMEDOUT)\b.*$/i, '分片线程 $1：Redis 响应超时'],
  [/^shard (\d+): .*ECONNREFUSED.*$/, '分片线程 $1：Redis 拒绝连接'],
  [/^shard (\d+): (.*)$/, '分片线程 $1：$2'],
  [/^shard (\d+) is connecting$/, '分片线程 $1 正在连接 Redis'],
  [/^(shard \d+ is .*)$/, '分片线程未就绪（$1）'],
  [
    /^store_rolled_back: .*$/,
    'Redis 丢失了已确认的写入，已停止销售；请恢复最新的追加文件并重启引擎，或运行 npm run recover',
  ],
  [/^the writer is starting$/, '写入线程正在启动'],
  [/^the writer stopped: (.*)$/, '写入线程已停止：$1'],
  [/^Postgres does not answer; events wait in Redis$/, 'Postgres 无响应，事件暂存于 Redis'],
  [/^(\d+) partitions are stopped; see the log$/, '$1 个分区已停止写入，详见日志'],
  [
    /^Redis is (\d+) % full: new holds are refused; confirms and releases go on$/,
    'Redis 已用 $1%：拒绝新订单，确认与释放照常',
  ],
  [/^Redis is (\d+) % full$/, 'Redis 已用 $1%'],
  [/^(\d+) SKUs do not add up; .*$/, '$1 个 SKU 账目不符，运行 npm run audit 查看明细'],
];

const ENGLISH = [
  [/^draining$/, 'shutting down'],
  [/^shard (\d+): Command timed out$/, 'shard $1: Redis does not answer in time'],
];

/** What the engine says of a part, in the reader's language where it is one of the known sentences. */
export function detailIn(language, detail = '') {
  const known = (language === 'zh' ? CHINESE : ENGLISH).find(([pattern]) => pattern.test(detail));
  return known === undefined ? detail : detail.replace(known[0], known[1]);
}
