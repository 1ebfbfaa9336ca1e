import { describe, expect, it } from 'vitest';
import { withTexts } from './edit-document.ts';

const xml = `<?xml version="1.0" ?>
<log>
  <gpu id="a"><inner><used>1</used></inner><used>2</used><empty/></gpu>
  <gpu id="b"><used>3</used></gpu>
</log>`;

describe('an edited document', () => {
  it('has the text in the element directly below the one before it in the path', () => {
    expect(withTexts(xml, 'log.gpu', { used: '9' })).toBe(xml.replace('>2<', '>9<'));
    expect(withTexts(xml, 'log.gpu', { 'inner.used': '9' })).toBe(xml.replace('>1<', '>9<'));
  });

  it('has it in the element of that place among several', () => {
    expect(withTexts(xml, 'log.gpu[1]', { used: '9' })).toBe(xml.replace('>3<', '>9<'));
  });

  it('lacks an element whose text is undefined', () => {
    expect(withTexts(xml, 'log', { 'gpu[0].inner': undefined })).toBe(xml.replace('<inner><used>1</used></inner>', ''));
  });

  it.each(['usd', 'inner.used.more', 'inner[1]'])('is refused without the element %s', (path) => {
    expect(() => withTexts(xml, 'log.gpu', { [path]: '9' })).toThrow('is not there');
  });
});
