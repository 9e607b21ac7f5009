const texts = ['string', 'markdown', 'code', 'uri', 'url', 'canonical', 'id', 'xhtml'] as const;
const concept = ['code', 'Coding', 'CodeableConcept'] as const;

/**
 * The functions that a row may name in `via`, with the FHIR types that they give. What they take is told in
 * `docs/mapping-notation.md`; the code of each is in `read/`, bound by `functions.ts`, which must cover this list.
 */
export const functionTypes = {
  text: [...texts, ...concept],
  whole: texts,
  lines: texts,
  repeats: texts,
  date: ['date'],
  dateTime: ['dateTime'],
  instant: ['instant'],
  time: ['time'],
  shifted: ['dateTime', 'instant'],
  'whole-minutes': ['positiveInt'],
  decimal: ['decimal'],
  integer: ['integer', 'positiveInt', 'unsignedInt'],
  boolean: ['boolean'],
  after: ['dateTime'],
  coding: ['Coding'],
  modified: ['Coding'],
  identifier: ['Identifier'],
  quantity: ['Quantity'],
  unmeasured: texts,
  minutes: ['unsignedInt'],
  duration: ['Quantity'],
  range: ['Range'],
  'reference-range': ['Quantity'],
  'sn-quantity': ['Quantity'],
  'sn-range': ['Range'],
  ratio: ['Ratio'],
  'sn-ratio': ['Ratio'],
  'sn-text': texts,
  attachment: ['Attachment'],
  'text-attachment': ['Attachment'],
  place: ['Reference'],
  'universal-id': ['uri', 'url', 'string'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FunctionName = keyof typeof functionTypes;

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functionTypes, name);
}

/** The function that a target of this type takes when its row names none; undefined when the row must name one. */
export function functionFor(type: string): FunctionName | undefined {
  if (type === 'date' || type === 'dateTime' || type === 'instant' || type === 'time') return type;
  if (type === 'decimal' || type === 'boolean') return type;
  if (['integer', 'positiveInt', 'unsignedInt'].includes(type)) return 'integer';
  return (texts as readonly string[]).includes(type) ? 'text' : undefined;
}
