import { type Canary, digits, word } from './canary.ts';

/** Collects the canaries of the messages it helps to write. */
export class Planter {
  readonly planted = new Map<string, Canary>();

  word(place: string): string {
    return this.plant(place, word(place));
  }

  digits(place: string): string {
    return this.plant(place, digits(place));
  }

  plant(place: string, text: string): string {
    this.planted.set(text, { place, text });
    return text;
  }

  get canaries(): readonly Canary[] {
    return [...this.planted.values()];
  }
}

export interface Variation {
  readonly type?: string;
  readonly time?: string;
  readonly processing?: string;
  readonly charset?: string;
  /** CX.5 of PID-3. */
  readonly identifier?: string;
  readonly nameless?: boolean;
  readonly control?: string;
  readonly birth?: string;
  readonly segments?: readonly string[];
}

const now = '20260302081500+1000';

/** One message with a canary in every field that can tell of a patient, under a name and a number of its own. */
export function message(plant: Planter, ending: string, variation: Variation = {}): string {
  const {
    type = 'ADT^A01^ADT_A01',
    time = now,
    processing = 'P',
    charset = 'UNICODE UTF-8',
    identifier = 'MR',
  } = variation;
  const control = variation.control ?? plant.word(`${ending}: MSH-10`);
  return [
    `MSH|^~\\&|ADT|NORTH|TRIBUTARY|LAKE|${time}||${type}|${control}|${processing}|2.5.1|||||||${charset}`,
    `EVN|A01|${now}|||${plant.digits('EVN-5.1')}^${plant.word('EVN-5.2')}|${now}`,
    patient(plant, ending, identifier, variation),
    `PD1||||${plant.digits('PD1-4.1')}^${plant.word('PD1-4.2')}`,
    `NK1|1|${plant.word('NK1-2.1')}^${plant.word('NK1-2.2')}|SPO|${plant.word('NK1-4.1')}^^${plant.word('NK1-4.3')}|^PRN^PH^^^^${plant.digits('NK1-5')}`,
    visit(plant, ending),
    ...(variation.segments ?? clinical(plant)),
    `ZPI|1|${plant.word('ZPI-2')}|${plant.digits('ZPI-3')}`,
    '',
  ].join('\r');
}

function patient(plant: Planter, ending: string, identifier: string, { nameless, birth }: Variation): string {
  const name = nameless
    ? ''
    : `${plant.plant(`${ending}: PID-5.1`, `${word(`${ending}: PID-5.1`)}-Zoë`)}^${plant.word(`${ending}: PID-5.2`)}^${plant.word('PID-5.3')}`;
  const at = (place: string) => plant.word(place);
  const born = birth ?? plant.plant('PID-7', '19470317232941');
  return [
    `PID|1|${plant.digits('PID-2')}|${plant.digits(`${ending}: PID-3`)}^^^NORTH^${identifier}|${plant.digits('PID-4')}|${name}|${at('PID-6')}|${born}|F`,
    `${nameless ? '' : at('PID-9')}||${at('PID-11.1')}^${at('PID-11.2')}^${at('PID-11.3')}^${at('PID-11.4')}^${plant.digits('PID-11.5')}^AUS^H|${at('PID-12')}`,
    `^PRN^PH^^^^${plant.digits('PID-13.7')}~^NET^Internet^${at('PID-13.4')}@example.org|^WPN^PH^^^^${plant.digits('PID-14')}|${at('PID-15')}|M|${at('PID-17')}`,
    `${plant.digits('PID-18')}|${plant.digits('PID-19')}|${plant.digits('PID-20')}|${plant.digits('PID-21')}^^^NORTH^MR|${at('PID-22')}|${at('PID-23')}`,
  ].join('|');
}

function visit(plant: Planter, ending: string): string {
  const doctor = (field: number) =>
    `${plant.digits(`PV1-${field}.1`)}^${plant.word(`PV1-${field}.2`)}^${plant.word(`PV1-${field}.3`)}`;
  const number = plant.digits(`${ending}: PV1-19`);
  return `PV1|1|I|${plant.word('PV1-3.1')}^${plant.word('PV1-3.2')}^A^NORTH||||${doctor(7)}|${doctor(8)}|${doctor(9)}|MED|||||||${doctor(17)}||${number}^^^NORTH^VN|||||||||||||||||||||||||20260302081000+1000`;
}

function clinical(plant: Planter): string[] {
  return [
    `AL1|1|DA|${plant.digits('AL1-3.1')}^${plant.word('AL1-3.2')}^L|SV|${plant.word('AL1-5')}`,
    `DG1|1||J18.9^${plant.word('DG1-3.2')}^I10|${plant.word('DG1-4')}||A`,
    `NTE|1||${plant.word('NTE-3')}`,
  ];
}

/** Results: a number that is none, a note that entity extraction reads, comments, and codes of the sender's own. */
export function results(plant: Planter): string[] {
  return [
    `ORC|RE|${plant.digits('ORC-2')}^NORTH|${plant.digits('ORC-3')}^NORTHLAB||CM`,
    `OBR|1|${plant.digits('ORC-2')}^NORTH|${plant.digits('ORC-3')}^NORTHLAB|${plant.word('OBR-4.1')}^${plant.word('OBR-4.2')}^L|||${now}||||||${plant.word('OBR-13')}|||${plant.digits('OBR-16.1')}^${plant.word('OBR-16.2')}||||||${now}||LAB|F`,
    `OBX|1|NM|${plant.word('OBX-3.1')}^${plant.word('OBX-3.2')}^L||${plant.word('OBX-5 NM')}|${plant.word('OBX-6')}|${plant.word('OBX-7')}|${plant.word('OBX-8')}|||F|||${now}`,
    `OBX|2|ST|8302-2^Height^LN||${plant.word('OBX-5 ST')}||||||F`,
    `OBX|3|TX|18842-5^Discharge summary^LN||${note(plant, 'OBX-5 TX')}||||||F`,
    `NTE|1||${note(plant, 'NTE-3 under OBX')}`,
    `OBX|4|${plant.word('OBX-2')}|8302-2^Height^LN||${plant.word('OBX-5 of no type')}||||||F`,
  ];
}

export function document(plant: Planter): string[] {
  return [
    `TXA|1|DS|TX|20260306112000+1000|${plant.digits('TXA-5.1')}^${plant.word('TXA-5.2')}|||||||${plant.digits('TXA-12')}^NORTH||||${plant.word('TXA-16')}|AU||AV`,
    `OBX|1|TX|18842-5^Discharge summary^LN||${note(plant, 'OBX-5 of MDM')}||||||F`,
    `OBX|2|FT|18842-5^Discharge summary^LN||${note(plant, 'OBX-5 FT')}\\.br\\No pneumothorax.||||||F`,
  ];
}

/** A sentence that holds a finding beside the canary, so that the note really is read. */
function note(plant: Planter, place: string): string {
  return `${plant.word(place)} was admitted with pneumonia and started amoxicillin 500 mg by mouth.`;
}
