import { primitiveChecks } from '../fhir/primitives.ts';
import type { Attribute, Concept, Entity, PieceAnswer } from './answers.ts';

/** One place of a note where something is named. `begin` to `end` are code points of the whole note. */
export interface Mention {
  readonly category: string;
  readonly type: string;
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  /** 0 to 1: how sure the service is that this is such an entity. */
  readonly score: number;
  readonly traits: ReadonlySet<string>;
  readonly attributes: readonly MentionAttribute[];
  /** Candidate codes, best first. */
  readonly concepts: readonly Concept[];
  readonly model: string;
}

export interface MentionAttribute {
  readonly type: string;
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/** The mentions of one operation's answers. */
export interface Mentions {
  /** Those whose text stands at their offsets; no other is ever believed. */
  readonly mentions: readonly Mention[];
  /** All, to be heard against a mention at their offsets: doubts need no proof. */
  readonly witnesses: readonly Mention[];
  readonly misplaced: number;
}

/** The mentions of a note, given by its code points, from the answers for its pieces; places are shifted to the whole note. */
export function mentionsOf(points: readonly string[], pieces: readonly PieceAnswer[]): Mentions {
  const witnesses = pieces.flatMap(({ offset, answer }) =>
    (answer.Entities ?? []).map((entity) => mentionOf(entity, offset, answer.ModelVersion ?? 'unknown')),
  );
  const mentions = witnesses.filter((one) => isAt(points, one) && one.attributes.every((part) => isAt(points, part)));
  return { mentions, witnesses, misplaced: witnesses.length - mentions.length };
}

/** Whether two mentions share a place of the note. */
export function overlap(one: Mention, other: Mention): boolean {
  return one.begin < other.end && other.begin < one.end;
}

/** A text that FHIR could not hold (blank, or with control characters) names nothing. */
const textFault = primitiveChecks.get('string');

function isAt(points: readonly string[], place: { begin: number; end: number; text: string }): boolean {
  if (textFault?.(place.text) !== undefined) return false;
  return points.slice(place.begin, place.end).join('') === place.text;
}

function mentionOf(entity: Entity, offset: number, model: string): Mention {
  return {
    category: entity.Category ?? '',
    type: entity.Type ?? '',
    text: entity.Text ?? '',
    begin: (entity.BeginOffset ?? Number.NaN) + offset,
    end: (entity.EndOffset ?? Number.NaN) + offset,
    score: entity.Score ?? 0,
    traits: new Set((entity.Traits ?? []).map((trait) => trait.Name ?? '')),
    attributes: (entity.Attributes ?? []).map((attribute) => attributeOf(attribute, offset)),
    concepts: entity.ICD10CMConcepts ?? entity.RxNormConcepts ?? [],
    model,
  };
}

function attributeOf(attribute: Attribute, offset: number): MentionAttribute {
  return {
    type: attribute.Type ?? '',
    text: attribute.Text ?? '',
    begin: (attribute.BeginOffset ?? Number.NaN) + offset,
    end: (attribute.EndOffset ?? Number.NaN) + offset,
  };
}
