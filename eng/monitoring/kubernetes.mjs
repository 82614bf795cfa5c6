// Reads manifests as a JSON array from standard input and validates each against the schema of its kind.
import fs from 'node:fs';

async function modelOf({ apiVersion, kind }) {
  const models = apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  return (await import(`${models}/${apiVersion}`))[kind];
}

const manifests = JSON.parse(fs.readFileSync(0, 'utf8'));
for (const manifest of manifests) {
  const Model = await modelOf(manifest);
  try {
    new Model(manifest).validate();
    console.log(`${manifest.kind} ${manifest.metadata.name}: valid`);
  } catch (error) {
    console.log(`${manifest.kind} ${manifest.metadata.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
if (manifests.length === 0) throw new Error('no manifests');
