import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CloudFormationValidatePlugin, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';

const rulesFolder = join(import.meta.dirname, 'rules');

/** Our own rules, in Guard's language: what both packs are silent on (reliability-security 1.4). */
export const guardRules = (): { name: string; content: string }[] =>
  readdirSync(rulesFolder)
    .filter((name) => name.endsWith('.guard'))
    .sort()
    .map((name) => ({ name, content: readFileSync(join(rulesFolder, name), 'utf8') }));

/** Context of every app: without it a finding of CloudFormation's own rules is a warning, and synth succeeds. */
export const strictContext = { '@aws-cdk/core:validateAgainstDefaultRules': true } as const;

/** Puts every pack on the app, so that a finding nobody has explained makes `synth` throw. */
export function addRulePacks(app: App): void {
  const props = { verbose: false, writeSuppressionsToCloudFormation: true };
  Validations.of(app).addPlugins(
    new HIPAASecurityChecks(app, props),
    new AwsSolutionsChecks(app, props),
    new CloudFormationValidatePlugin({ guardRules: guardRules() }) as IPolicyValidationPlugin,
  );
}
