import { type Context, conceptOf, find, id, practitioner } from './context.ts';
import { components, dateTime, type Fields, field, unescaped } from './fields.ts';
import { cwe, ei, namespaceOf, quantity } from './values.ts';

const statuses: Readonly<Record<string, string>> = { F: 'final', P: 'preliminary', C: 'corrected' };
const sections: Readonly<Record<string, string>> = { CH: 'Chemistry', HM: 'Hematology' };
const interpretations: Readonly<Record<string, string>> = { N: 'Normal', H: 'High', L: 'Low' };

export function result(segments: readonly Fields[], context: Context): void {
  const obr = find(segments, 'OBR');
  const [number = '', assigner] = components(field(obr, 3));
  const parent = ['of', field(obr, 26), field(obr, 29)];
  const report = id('DiagnosticReport', namespaceOf(assigner).token, number, ...conceptOf(field(obr, 4)), ...parent);
  const order = orderOf(obr, context);
  const results: string[] = [];
  for (const segment of segments) {
    if (segment[0] === 'OBX') results.push(observation(segment, report, order, context));
  }
  const section = field(obr, 24);
  context.out.push({
    resourceType: 'DiagnosticReport',
    id: report,
    basedOn: [{ reference: order }],
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: section, display: sections[section] },
        ],
      },
    ],
    code: cwe(field(obr, 4)),
    effectiveDateTime: dateTime(field(obr, 7)),
    encounter: { reference: context.encounter },
    identifier: [ei(field(obr, 3), 'FILL'), ei(field(obr, 2), 'PLAC')],
    issued: dateTime(field(obr, 22)),
    result: results.sort().map((reference) => ({ reference })),
    status: statuses[field(obr, 25)],
    subject: { reference: context.patient },
  });
}

function orderOf(obr: Fields, { patient, encounter, out }: Context): string {
  const [number = '', assigner] = components(field(obr, 2));
  const key = id('ServiceRequest', 'placer', namespaceOf(assigner).token, number);
  out.push({
    resourceType: 'ServiceRequest',
    id: key,
    code: cwe(field(obr, 4)),
    encounter: { reference: encounter },
    identifier: [ei(field(obr, 3), 'FILL'), ei(field(obr, 2), 'PLAC')],
    intent: 'order',
    subject: { reference: patient },
    status: 'unknown',
  });
  return `ServiceRequest/${key}`;
}

function observation(obx: Fields, report: string, order: string, { patient, encounter, out }: Context): string {
  const key = id('Observation', report, 'code', ...conceptOf(field(obx, 3)), 'sub', field(obx, 4));
  const interpretation = field(obx, 8);
  const range = field(obx, 7);
  out.push({
    resourceType: 'Observation',
    id: key,
    basedOn: [{ reference: order }],
    code: cwe(field(obx, 3)),
    effectiveDateTime: dateTime(field(obx, 14)),
    encounter: { reference: encounter },
    ...(interpretation === '' ? {} : { interpretation: [interpreted(interpretation)] }),
    ...(range === '' ? {} : { referenceRange: [rangeOf(range, field(obx, 6))] }),
    status: statuses[field(obx, 11)],
    subject: { reference: patient },
    ...(field(obx, 2) === 'NM'
      ? { valueQuantity: quantity(field(obx, 5), field(obx, 6)) }
      : { valueString: unescaped(field(obx, 5)) }),
  });
  return `Observation/${key}`;
}

const RANGE = /^([\d.]+)-([\d.]+)$/;

function rangeOf(range: string, unit: string): object {
  const [, low, high] = RANGE.exec(range) ?? [];
  if (low === undefined || high === undefined) return { text: unescaped(range) };
  return { text: range, low: quantity(low, unit), high: quantity(high, unit) };
}

const interpreted = (code: string): object => ({
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
      code,
      display: interpretations[code],
    },
  ],
});

const completion: Readonly<Record<string, string>> = { LA: 'final', AU: 'final', DI: 'preliminary' };

export function documentOf(segments: readonly Fields[], { patient, encounter, out }: Context): void {
  const txa = find(segments, 'TXA');
  const [number = '', assigner] = components(field(txa, 12));
  const lines = segments.filter((segment) => segment[0] === 'OBX').map((obx) => unescaped(field(obx, 5)));
  out.push({
    resourceType: 'DocumentReference',
    id: id('DocumentReference', namespaceOf(assigner).token, number),
    author: [practitioner(field(txa, 5), out)],
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: Buffer.from(lines.join('\n')).toString('base64'),
        },
      },
    ],
    context: { period: { start: dateTime(field(txa, 4)) }, encounter: [{ reference: encounter }] },
    date: dateTime(field(txa, 6)),
    docStatus: completion[field(txa, 17)],
    masterIdentifier: ei(field(txa, 12)),
    subject: { reference: patient },
    type: cwe(field(txa, 2)),
    status: 'current',
  });
}
