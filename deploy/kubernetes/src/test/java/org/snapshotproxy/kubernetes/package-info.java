/**
 * Tests of what stands beside {@code src}: the image and the manifests. Nothing of the tool comes
 * in here; that the manifests' jobs run is tested where the tool is, by {@code
 * KubernetesManifestIT}.
 */
package org.snapshotproxy.kubernetes;
