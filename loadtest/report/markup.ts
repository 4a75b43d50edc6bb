const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, also in an attribute with quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

export interface HtmlRow {
  readonly cells: readonly string[];
  /** Classes of the row, as the style has them. */
  readonly looks?: string;
}

/** A table; cells are text. The first column is words, the others are numbers; `words`: all of them are words. */
export function htmlTable(
  header: readonly string[],
  rows: readonly HtmlRow[],
  kind: 'numbers' | 'words' = 'numbers',
): string {
  const line = (cells: readonly string[], tag: string, looks = ''): string =>
    `<tr${looks === '' ? '' : ` class="${escaped(looks)}"`}>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag.slice(0, 2)}>`).join('')}</tr>`;
  const body = rows.map(({ cells, looks }) => line(cells, 'td', looks)).join('\n');
  return `<div class="scroll" tabindex="0"><table class="${kind}"><thead>${line(header, 'th scope="col"')}</thead><tbody>${body}</tbody></table></div>`;
}
