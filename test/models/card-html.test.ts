import { describe, expect, it } from 'vitest';
import { cardHtml } from '../../src/models/card-html.ts';

describe('the page of a model card', () => {
  it('shows headings, bullets, code and tables, and nothing from outside as markup', () => {
    const page = cardHtml(
      '# churn \\<b\\>\n\nHash `a<b`.\n\n- one\n- two\n\n| Metric | Score |\n| --- | --- |\n| a \\| b | 1 |\n',
    );
    expect(page).toContain('<title>churn &lt;b&gt;</title>');
    expect(page).toContain('<p>Hash <code>a&lt;b</code>.</p>');
    expect(page).toContain('<ul><li>one</li><li>two</li></ul>');
    expect(page).toContain('<th>Metric</th>');
    expect(page).not.toContain('<b>');
  });
});
