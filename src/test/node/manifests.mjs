// Checks Kubernetes manifests: values and required fields against the schemas of Kubernetes and KEDA, as
// kubernetes-models compiled them; names of fields, of which the schemas let any pass, with the same package's types.
// usage: node manifests.mjs FILE...   prints one line for each error; exit code 1 if there is any
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {loadAll} from 'js-yaml';
import ts from 'typescript';

const MODELS = {
  'v1': 'kubernetes-models/v1',
  'apps/v1': 'kubernetes-models/apps/v1',
  'policy/v1': 'kubernetes-models/policy/v1',
  'networking.k8s.io/v1': 'kubernetes-models/networking.k8s.io/v1',
  'keda.sh/v1alpha1': '@kubernetes-models/keda/keda.sh/v1alpha1',
};

let errors = 0;
let documents = 0;
const report = (file, document, message) => {
  errors++;
  console.log(`${file}: ${document?.kind}: ${message}`);
};

for (const file of process.argv.slice(2)) {
  for (const document of loadAll(readFileSync(file, 'utf8'))) {
    documents++;
    const module = MODELS[document.apiVersion];
    const model = module && (await import(module))[document.kind];
    if (!model) {
      report(file, document, `no schema for ${document.apiVersion}`);
      continue;
    }
    try {
      new model(document).validate();
    } catch (error) {
      report(file, document, error.message);
    }
    unknownFields(module, document).forEach(message => report(file, document, message));
  }
}
console.log(`${documents} documents`);
process.exit(errors === 0 ? 0 : 1);

/** The document as an object literal of TypeScript, which refuses fields that the type has not. */
function unknownFields(module, document) {
  const name = new URL('document.ts', pathToFileURL(process.cwd() + '/')).pathname;
  const text = `import type {I${document.kind}} from '${module}';\nexport const document: I${document.kind} = `
    + JSON.stringify(document, null, 2) + ';\n';
  const options = {
    strict: true, noEmit: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, ...rest) => file === name ? ts.createSourceFile(name, text, options.target) : read(file, ...rest);
  const exists = host.fileExists;
  host.fileExists = file => file === name || exists(file);
  return ts.getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(diagnostic => ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
}
