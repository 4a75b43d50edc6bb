/**
 * After Okabe and Ito, which people with any kind of colour vision can tell apart; darker on white and lighter on black, for a
 * contrast of 3:1 on both. Each has its own dashes as well, for those who see no colour and for printers that have none.
 */
const LOOKS = [
  { light: '#0072b2', dark: '#56b4e9', dashes: 'none' },
  { light: '#b87700', dark: '#e69f00', dashes: '8 3' },
  { light: '#00805e', dark: '#2fc39a', dashes: 'none' },
  { light: '#d55e00', dark: '#ff7f50', dashes: '2 3' },
  { light: '#a5487d', dark: '#dd9cc2', dashes: '9 3 2 3' },
  { light: '#667080', dark: '#9aa4b2', dashes: '4 4' },
] as const;

const LOOK_RULES = LOOKS.map(
  ({ dashes }, index) =>
    `.look-${index} polyline{stroke:var(--look-${index});stroke-dasharray:${dashes}}.look-${index} .mark{fill:var(--look-${index})}`,
).join('\n');

function colours(of: 'light' | 'dark'): string {
  return LOOKS.map((look, index) => `--look-${index}:${look[of]}`).join(';');
}

/** The style of a report, for light and dark screens, for phones and for paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--faint:#5b6573;--rule:#dfe3e8;--paper:#fff;--band:#f3f5f8;--void-band:#fbeecb;--good:#0a7d4f;--bad:#c0341d;--void:#8a5a00;${colours('light')}}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e8ebef;--faint:#a3adba;--rule:#333a44;--paper:#14171c;--band:#1d222a;--void-band:#3a3116;--good:#3fb985;--bad:#ff7b66;--void:#e3b341;${colours('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:900px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:28px;line-height:1.2;margin:0}h2{font-size:19px;margin:36px 0 8px}
.title{margin:2px 0 16px;color:var(--faint)}.facts,.note{color:var(--faint);font-size:14px}.note{margin:0 0 4px;font-size:13px}
.verdict{padding:14px 18px;border-left:8px solid;background:var(--band);margin:0 0 12px}
.verdict strong{display:block;font-size:34px;line-height:1.15;letter-spacing:.02em}.verdict p{margin:4px 0 0;font-weight:600}
.verdict ul{margin:8px 0 0;padding-left:20px;overflow-wrap:anywhere}
.passed{border-color:var(--good)}.failed{border-color:var(--bad)}.void,.stopped{border-color:var(--void)}
.passed strong,.passed>b{color:var(--good)}.failed strong,.failed>b{color:var(--bad)}.void strong,.void>b,.stopped strong{color:var(--void)}
.warning{border:2px solid var(--bad);padding:8px 14px;font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:10px;margin:0 0 16px}
.tile{background:var(--band);border-top-width:4px;border-top-style:solid;padding:8px 14px 10px}.tile span{display:block;font-size:13px;color:var(--faint)}
.tile.plain{border-color:var(--rule)}.tile strong{display:block;font-size:24px;line-height:1.3;color:var(--ink);font-variant-numeric:tabular-nums}
.tile.void strong{color:var(--void)}.tile.failed strong{color:var(--bad)}
.checks{list-style:none;padding:0;font-size:14px}.checks li{padding:3px 0 3px 10px;border-left:4px solid;margin:4px 0;overflow-wrap:anywhere}
.checks li.passed{border-color:var(--good)}.checks li.failed{border-color:var(--bad)}.checks li.void{border-color:var(--void)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:4px 0 4px 14px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:bottom}
th:first-child,td:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--paper)}th{color:var(--faint);font-weight:500}
table.words td,table.words th{white-space:normal;overflow-wrap:anywhere}
tr.part td{color:var(--faint);border-bottom-color:transparent}tr.part td:first-child{padding-left:14px}tr.void td{color:var(--void)}
pre{background:var(--band);padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:14px}
figure{margin:36px 0 0;break-inside:avoid}figcaption{font-weight:600;font-size:16px}
.plot{width:100%;height:auto}.plot.wide{display:block}.plot.narrow{display:none}
@media screen and (max-width:620px){.plot.wide{display:none}.plot.narrow{display:block}.verdict strong{font-size:30px}table{font-size:13px}th,td{padding-left:9px}.tiles{grid-template-columns:1fr 1fr}}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:13px;color:var(--faint);margin:4px 0}
.key svg{margin-right:6px;vertical-align:middle}
.grid,.axis{stroke:var(--rule)}.tick,.label,.band-name,.limit-name{fill:var(--faint);font-size:12px}
.band-0{fill:var(--band)}.band-1{fill:none}.band-void{fill:var(--void-band)}
.limit{stroke:var(--bad);stroke-width:1.2}.limit-name{fill:var(--bad);paint-order:stroke;stroke:var(--paper);stroke-width:4px}
polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}.main polyline{stroke-width:2.8}.main .mark{r:3.5}.mark:hover{r:6}
${LOOK_RULES}
`;
