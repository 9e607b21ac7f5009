import type { CompiledFeed } from '../core/mapping/feed.ts';
import { compileFeed } from '../core/mapping/feed.ts';

/** The feed of the bench messages: three namespaces, a zone with summer time, notes off. */
export function benchFeed(): CompiledFeed {
  const compiled = compileFeed(
    {
      feed: 'bench',
      tenant: 'bench',
      format: 'hl7v2',
      zone: 'Europe/Berlin',
      notes: 'off',
      patient: [{ type: 'MR', authority: 'HOSP', field: 'PID-3' }],
      namespaces: [
        { token: 'hosp', system: 'urn:oid:1.2.3', authorities: ['HOSP'] },
        { token: 'lab', system: 'urn:oid:1.2.4', authorities: ['LAB'] },
        { token: 'app', system: 'urn:oid:1.2.5', authorities: ['APP'] },
      ],
      visit: { keys: ['PV1-19'], scope: 'facility' },
    },
    'bench',
  );
  if (!compiled.ok) throw new Error('The bench feed was refused');
  return compiled.value;
}

function head(type: string, seed: number): string[] {
  const pad = (count: number): string => '|'.repeat(count);
  return [
    `MSH|^~\\&|APP|FACILITY|RECEIVER|HOSPITAL|20240101120000||${type}|MSG${seed}|P|2.5.1${pad(6)}UNICODE UTF-8`,
    ...(type.startsWith('ADT') ? ['EVN|A01|20240101120000'] : []),
    `PID|1||${seed}^^^HOSP^MR~99${seed}^^^HOSP^SS||Müller \\T\\ Søn^Ana^Maria^^Dr.||19800101|F|||${seed} Main St^^Springfield^IL^62701^USA||555-0100^PRN^PH`,
    `PV1|1|I|ICU^101^A^HOSP||||1234^Welby^Marcus^^^^^^HOSP|||MED${pad(9)}V${seed}^^^HOSP^VN${pad(25)}20240101113000`,
  ];
}

/** An admission with allergies and diagnoses. */
export function admission(seed: number): string[] {
  return [
    ...head('ADT^A01^ADT_A01', seed),
    `AL1|1|DA|7982^Penicillin^RXNORM|SV|Hives`,
    `AL1|2|FA|${seed}^Peanut^L|MO|Swelling`,
    ...Array.from({ length: 6 }, (_, at) => `DG1|${at + 1}||I1${at}^Essential hypertension^I10||2024010${at + 1}|A`),
  ];
}

/** A laboratory result: numbers with units and ranges, and a text. */
export function result(seed: number): string[] {
  const number = (at: number): string =>
    `OBX|${at}|NM|${1000 + at}^Some analyte in plasma^L||${seed % 90}.${at}|mmol/L^millimole per liter^UCUM|3.5-5.1|N|||F|||20240101113000`;
  return [
    ...head('ORU^R01^ORU_R01', seed),
    `OBR|1|P${seed}^APP|F${seed}^LAB|24323-8^CMP^LN|||20240101113000${'|'.repeat(15)}20240101115500||CH|F`,
    ...Array.from({ length: 20 }, (_, at) => number(at + 1)),
    'OBX|21|ST|5778-6^Color^LN||yellow||||||F|||20240101113000',
  ];
}

/** A document in lines of text. */
export function document(seed: number): string[] {
  return [
    ...head('MDM^T02^MDM_T02', seed),
    `TXA|1|DS^Discharge summary^L|TX|20240101110000|1234^Welby^Marcus^^^^^^HOSP|20240101113000||||||D${seed}^APP|||||LA`,
    ...Array.from(
      { length: 30 },
      (_, at) => `OBX|${at + 1}|TX|||Line ${at + 1} of the summary of patient ${seed}, who is well.||||||F`,
    ),
  ];
}

export const bytesOf = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\r')}\r`);
