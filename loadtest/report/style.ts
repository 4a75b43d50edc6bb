/** Colours of Okabe and Ito, which people with any kind of colour vision can tell apart. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7'] as const;

const SERIES = COLOURS.map(
  (colour, index) =>
    `.series-${index} polyline{stroke:${colour}}.series-${index} .mark{fill:${colour}}.key-${index}::before{background:${colour}}`,
).join('\n');

/** The style of a report, for light and dark screens and for paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--faint:#667080;--rule:#dfe3e8;--paper:#fff;--band:#f3f5f8;--good:#0a7d4f;--bad:#c0341d;--void:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--faint:#9aa4b2;--rule:#333a44;--paper:#14171c;--band:#1d222a;--good:#3fb985;--bad:#ff7b66;--void:#e3b341}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:900px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:28px;margin:0}h2{font-size:19px;margin:32px 0 8px}
.title{margin:2px 0 16px;color:var(--faint)}.facts{color:var(--faint);font-size:14px}
.verdict{padding:12px 16px;border-left:6px solid;font-weight:600;background:var(--band)}
.passed{border-color:var(--good)}.failed{border-color:var(--bad)}.void{border-color:var(--void)}
.checks{list-style:none;padding:0;font-size:14px}.checks li{padding:3px 0 3px 10px;border-left:4px solid;margin:4px 0;overflow-wrap:anywhere}
.checks li.passed{border-color:var(--good)}.checks li.failed{border-color:var(--bad)}.checks li.void{border-color:var(--void)}
.passed b{color:var(--good)}.failed b{color:var(--bad)}.void b{color:var(--void)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 0;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child{text-align:left;white-space:normal}th{color:var(--faint);font-weight:500}
figure{margin:32px 0 0;break-inside:avoid}figcaption{font-weight:600;font-size:15px}svg{width:100%;height:auto;display:block}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;color:var(--faint);margin:2px 0 4px}
.key::before{content:"";display:inline-block;width:12px;height:3px;margin-right:6px;vertical-align:middle}
.grid{stroke:var(--rule)}.tick,.label,.band-name,.limit-name{fill:var(--faint);font-size:12px}
.band-0{fill:var(--band)}.band-1{fill:none}.limit{stroke:var(--bad);stroke-dasharray:5 4}.limit-name{fill:var(--bad)}
polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}.mark:hover{r:5}
${SERIES}
`;
