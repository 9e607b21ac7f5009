import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childText, parseXml, renderXml, requireKnownChildren } from '../../../../local/s3/xml.ts';

describe('xml', () => {
  it('reads back any text that it wrote', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !/[\ud800-\udfff]/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        expect(childText(parseXml(renderXml('Root', { Key: value }), 'Root'), 'Key')).toBe(value);
      }),
    );
  });

  it('reads declarations, comments, namespaces, CDATA and empty elements', () => {
    const source = `<?xml version="1.0"?><!-- c --><a:Root xmlns:a="x">
      <a:One>1 &lt; &#x32;</a:One><Two at="y"/><Three><![CDATA[<&>]]></Three></a:Root>`;
    const root = parseXml(source, 'Root');
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ['One', '1 < 2'],
      ['Two', ''],
      ['Three', '<&>'],
    ]);
  });

  it.each([
    ['', 'nothing'],
    ['<Root>', 'an open element'],
    ['<Root></Other>', 'a wrong end'],
    ['</Root>', 'an end alone'],
    ['<Root/><Root/>', 'two roots'],
    ['<Other/>', 'another root'],
    ['<!DOCTYPE Root [<!ENTITY a "b">]><Root>&a;</Root>', 'a document type'],
    ['<Root>&unknown;</Root>', 'an unknown entity'],
    ['<Root>&amp</Root>', 'an entity without end'],
    ['<Root><a</Root>', 'a broken tag'],
  ])('%s is malformed: %s', (source) => {
    expect(() => parseXml(source, 'Root')).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });

  it('an element that nobody knows is refused by name', () => {
    const root = parseXml('<Root><Known/><Odd/></Root>', 'Root');
    expect(() => requireKnownChildren(root, ['Known'])).toThrow(/Root\.Odd is not implemented/);
  });
});
