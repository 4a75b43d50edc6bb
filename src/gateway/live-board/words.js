import { detailIn } from './details.js';

/** All texts of the page, in each language it speaks. A test holds that the languages have the same words. */
export const WORDS = {
  en: {
    liveBoard: 'live board',
    connecting: 'Connecting…',
    selling: 'Selling',
    soldOut: 'Sold out',
    ready: 'Ready',
    notReady: 'Not selling',
    showAll: 'Show all {count}',
    showFew: 'Show fewer',
    lost: 'Connection lost',
    lostNote: 'No connection to the engine, trying again. What is shown is from {time}.',
    full: 'Too many boards are open; close one',
    tokenNeeded: 'Token needed',
    token: 'Token',
    tokenTitle: 'This engine asks for its token',
    tokenHelp: 'ADMIN_TOKEN of the engine. It is kept in this tab only, until the tab is closed.',
    tokenSend: 'Show the board',
    tokenWrong: 'That is not the token of this engine.',
    themeDark: 'Dark',
    themeLight: 'Light',
    themeAuto: 'Auto',
    themeLabel: 'Colours: {theme}. Press to change.',
    accepted: 'Accepted per second',
    acceptedNote: '{count} since the start',
    refused: 'Refused per second',
    refusedNote: 'mainly {reason}: {share}',
    failed: 'Failed per second',
    failedNote: '{count} since the start',
    left: 'Units left',
    leftNote: '{soldOut} of {skus} SKUs sold out',
    latency: 'Latency (p99)',
    latencyNote: 'p50 {half}',
    latencyRefusedNote: 'refused p99 {refused}',
    lag: 'Ledger lag',
    lagNote: 'events waiting: {count}',
    lagUnknown: 'not known without Redis',
    stock: 'Stock, fastest first',
    keyLeft: 'left',
    keyHeld: 'held',
    keySold: 'sold',
    keyReserved: 'kept back',
    sku: 'SKU',
    columnLeft: 'Left',
    columnHeld: 'Held',
    columnSold: 'Sold',
    columnTaken: 'Taken/s',
    skusNote: 'The {shown} fastest of {skus} SKUs',
    noSkus: 'No SKU is defined yet.',
    stateScheduled: 'not open yet',
    stateOpensIn: 'opens in {time}',
    statePaused: 'paused',
    stateClosed: 'closed',
    stateSoldOut: 'sold out',
    newsSoldOut: '{sku} is sold out',
    newsManySoldOut: '{count} SKUs are sold out',
    newsBack: '{sku} is on sale again',
    lastMinutes: 'The last minutes',
    plotAccepted: 'Accepted per second',
    plotRefused: 'Refused per second',
    plotLatency: 'Latency',
    plotLag: 'Ledger lag',
    seriesAccepted: 'accepted',
    seriesRefused: 'refused',
    seriesFailed: 'failed',
    seriesP99: 'p99',
    seriesP50: 'p50',
    seriesRefusedP99: 'refused p99',
    seriesLag: 'lag',
    parts: 'What the engine needs',
    ok: 'works',
    degraded: 'limited',
    down: 'down',
    part_engine: 'Engine',
    part_redis: 'Redis',
    part_shards: 'Shards',
    part_stock_store: 'Stock store',
    part_ledger: 'Ledger (Postgres)',
    part_redis_memory: 'Redis memory',
    part_audit: 'Audit',
    part_durability: 'Durability',
    audit: 'Audit',
    auditNone: 'This engine has ended no round yet.',
    auditClean: 'Every SKU added up.',
    auditDiffers: '{count} SKUs do not add up.',
    auditFailed: 'Partitions that could not be counted: {count}.',
    auditNote: 'Last round {ago} ago. Since the start: rounds {rounds}, repairs {repairs}.',
    endedNote: 'Holds since the start: confirmed {confirmed}, released {released}, expired {expired}.',
    reason_sold_out: 'sold out',
    reason_buyer_limit: 'over the buyer limit',
    reason_not_open: 'not open yet',
    reason_paused: 'paused',
    reason_closed: 'closed',
    reason_unknown_sku: 'unknown SKU',
    reason_unauthorized: 'unauthorized',
    reason_rate_limited: 'rate limited',
    reason_invalid_request: 'invalid',
    milliseconds: '{value}\u00a0ms',
    seconds: '{value}\u00a0s',
    minutes: '{value}\u00a0min',
    hours: '{value}\u00a0h',
  },
  zh: {
    liveBoard: '实时看板',
    connecting: '正在连接…',
    selling: '销售中',
    soldOut: '已售罄',
    ready: '就绪',
    notReady: '无法销售',
    showAll: '显示全部 {count} 个',
    showFew: '收起',
    lost: '连接中断',
    lostNote: '与引擎的连接中断，正在重试。当前显示的是 {time} 的数据。',
    full: '打开的看板过多，请关闭一个',
    tokenNeeded: '需要令牌',
    token: '令牌',
    tokenTitle: '此引擎需要令牌',
    tokenHelp: '引擎的 ADMIN_TOKEN。仅保存在本标签页，关闭后即清除。',
    tokenSend: '打开看板',
    tokenWrong: '令牌不正确。',
    themeDark: '深色',
    themeLight: '浅色',
    themeAuto: '自动',
    themeLabel: '配色：{theme}。点击切换。',
    accepted: '每秒成功',
    acceptedNote: '启动以来 {count} 单',
    refused: '每秒拒绝',
    refusedNote: '主要原因：{reason} {share}',
    failed: '每秒失败',
    failedNote: '启动以来 {count} 次',
    left: '剩余库存',
    leftNote: '{skus} 个 SKU 中 {soldOut} 个已售罄',
    latency: '延迟（P99）',
    latencyNote: 'P50 {half}',
    latencyRefusedNote: '拒绝 P99 {refused}',
    lag: '账本延迟',
    lagNote: '{count} 条事件待写入',
    lagUnknown: 'Redis 不可用，无法得知',
    stock: '库存（最热在前）',
    keyLeft: '剩余',
    keyHeld: '待支付',
    keySold: '已售',
    keyReserved: '预留',
    sku: 'SKU',
    columnLeft: '剩余',
    columnHeld: '待支付',
    columnSold: '已售',
    columnTaken: '每秒抢购',
    skusNote: '{skus} 个 SKU 中最热的 {shown} 个',
    noSkus: '尚未定义任何 SKU。',
    stateScheduled: '未开售',
    stateOpensIn: '{time} 后开售',
    statePaused: '已暂停',
    stateClosed: '已结束',
    stateSoldOut: '已售罄',
    newsSoldOut: '{sku} 已售罄',
    newsManySoldOut: '{count} 个 SKU 已售罄',
    newsBack: '{sku} 重新有货',
    lastMinutes: '最近几分钟',
    plotAccepted: '每秒成功',
    plotRefused: '每秒拒绝',
    plotLatency: '延迟',
    plotLag: '账本延迟',
    seriesAccepted: '成功',
    seriesRefused: '拒绝',
    seriesFailed: '失败',
    seriesP99: 'P99',
    seriesP50: 'P50',
    seriesRefusedP99: '拒绝 P99',
    seriesLag: '延迟',
    parts: '运行状况',
    ok: '正常',
    degraded: '受限',
    down: '不可用',
    part_engine: '引擎',
    part_redis: 'Redis',
    part_shards: '分片线程',
    part_stock_store: '库存存储',
    part_ledger: '账本（Postgres）',
    part_redis_memory: 'Redis 内存',
    part_audit: '对账',
    part_durability: '持久性',
    audit: '对账',
    auditNone: '本引擎尚未完成一轮对账。',
    auditClean: '所有 SKU 账目相符。',
    auditDiffers: '{count} 个 SKU 账目不符。',
    auditFailed: '{count} 个分区未能核对。',
    auditNote: '上一轮在 {ago}前。启动以来共 {rounds} 轮，修复 {repairs} 次。',
    endedNote: '启动以来：已确认 {confirmed}，已释放 {released}，已过期 {expired}。',
    reason_sold_out: '售罄',
    reason_buyer_limit: '超出限购',
    reason_not_open: '未开售',
    reason_paused: '已暂停',
    reason_closed: '已结束',
    reason_unknown_sku: 'SKU 不存在',
    reason_unauthorized: '未授权',
    reason_rate_limited: '限流',
    reason_invalid_request: '请求无效',
    milliseconds: '{value}\u00a0ms',
    seconds: '{value}\u00a0秒',
    minutes: '{value}\u00a0分钟',
    hours: '{value}\u00a0小时',
  },
};

let language = 'en';
let integers = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
let large = integers;

export function currentLanguage() {
  return language;
}

/** Puts the page into a language: the texts of the document now, all others when they are next written. */
export function speak(chosen) {
  language = chosen;
  const locale = chosen === 'zh' ? 'zh-CN' : 'en';
  integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  large = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
  document.documentElement.lang = locale;
  document.title = `Holdfast – ${word('liveBoard')}`;
  for (const element of document.querySelectorAll('[data-word]')) {
    element.textContent = word(element.dataset.word);
  }
}

/** What the engine says of a part. */
export function detailWord(detail) {
  return detailIn(language, detail);
}

/** A text with its `{places}` filled. A name nobody translated (a part, a code) is shown as the engine calls it. */
export function word(key, values = {}) {
  const text = WORDS[language][key] ?? key.replace(/^(part|reason)_/, '').replaceAll('_', ' ');
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export function count(value) {
  return value >= 1_000_000 ? large.format(value) : integers.format(value);
}

/** Small rates have a digit after the point: 0.4 a second is not 0. */
export function rate(value) {
  return value >= 10 ? count(value) : value.toFixed(1).replace(/\.0$/, '');
}

export function percent(share) {
  return `${share > 0.99 && share < 1 ? '>99' : Math.round(share * 100)}%`;
}

/** A time in the unit a reader expects; `seconds` may be `null`, which is a dash. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) {
    const milliseconds = seconds * 1000;
    return word('milliseconds', {
      value: milliseconds.toFixed(milliseconds < 10 ? 1 : 0).replace(/\.0$/, ''),
    });
  }
  if (seconds < 120) return word('seconds', { value: seconds.toFixed(seconds < 10 ? 1 : 0) });
  if (seconds < 7200) return word('minutes', { value: Math.round(seconds / 60) });
  return word('hours', { value: Math.round(seconds / 3600) });
}

/** What is left until a moment: `01:05`, with hours where there are some. */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (value) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${hours > 0 ? `${two(hours)}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
}

/** How long ago something was, in whole units. */
export function age(seconds) {
  return duration(seconds < 10 ? Math.max(1, Math.round(seconds)) : seconds).replace('.0', '');
}
