import { SETTINGS } from '../settings.js';
const BEGIN = '<!-- settings:begin -->\n';
const END = '<!-- settings:end -->';
/** The settings as a Markdown table, in the order of the code. */
export function settingsTable() {
    const rows = Object.keys(SETTINGS).map((name) => {
        const { initial, form, meaning } = SETTINGS[name];
        return `| \`${name}\` | ${initial === '' ? '' : `\`${initial}\``} | ${form} | ${meaning.replaceAll('|', '\\|')} |`;
    });
    return `| setting | default | values | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
/** `document` with the table between its two marks brought up to date. Throws when the marks are not there. */
export function withSettingsTable(document) {
    const begin = document.indexOf(BEGIN);
    const end = document.indexOf(END);
    if (begin < 0 || end < begin)
        throw new Error(`the document lacks the marks ${BEGIN.trim()} and ${END}`);
    return document.slice(0, begin + BEGIN.length) + settingsTable() + document.slice(end);
}
//# sourceMappingURL=settings-markdown.js.map