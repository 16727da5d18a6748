"""An artefact that CloudFormation alone can deploy: templates, code, checksums, an SBOM."""
