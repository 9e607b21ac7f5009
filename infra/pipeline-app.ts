import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleTasks } from './bundle.ts';
import { addRulePacks, strictContext } from './rule-packs.ts';
import { AuditStack } from './stacks/audit-stack.ts';
import { TenantStack } from './stacks/tenant-stack.ts';

interface PipelineAppProps {
  /** Folder that holds `tasks/` and `state-machines/`. */
  readonly root: string;
  readonly outdir: string;
}

/** The whole deployment as an app that is ready to synthesise, offline, with every rule pack on it. */
export function pipelineApp({ root, outdir }: PipelineAppProps): App {
  const app = new App({ outdir, context: { ...strictContext } });
  const work = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
  try {
    addStacks(app, root, work);
  } finally {
    // The bundles have been copied into the assembly by now.
    rmSync(work, { recursive: true });
  }
  addRulePacks(app);
  return app;
}

function addStacks(app: App, root: string, work: string): void {
  const audit = new AuditStack(app, 'TributaryAudit');
  const bundles = bundleTasks(root, work);
  const tenant = new TenantStack(app, 'TributaryTenant', { root, bundles, auditKey: audit.key });
  tenant.addStackDependency(audit); // its bucket logs accesses there
}
