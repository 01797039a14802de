/** What a pod is there for; so that one kind is not taken for the other. */
export type Component = "server" | "worker";

const LABELS = `app.kubernetes.io/name: {{ .Chart.Name }}
    app.kubernetes.io/instance: {{ .Release.Name }}
    app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
    app.kubernetes.io/managed-by: {{ .Release.Service }}
    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}`;

const SELECTOR = ["app.kubernetes.io/name: {{ .Chart.Name }}", "app.kubernetes.io/instance: {{ .Release.Name }}"];

/** The labels by which pods are found, so far to the right; without a component those of all that the chart makes. */
export function selector(indent: number, component?: Component): string {
  const own = component === undefined ? [] : [`app.kubernetes.io/component: ${component}`];
  return [...SELECTOR, ...own].join(`\n${" ".repeat(indent)}`);
}

/** What every resource begins with. */
export function head(
  kind: string,
  apiVersion: string,
  {
    suffix = "",
    labels,
  }: { readonly suffix?: string /** Settings that hold more of them. */; readonly labels?: string } = {},
): string {
  const more =
    labels === undefined
      ? ""
      : `
    {{- with ${labels} }}
    {{- toYaml . | nindent 4 }}
    {{- end }}`;
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: {{ include "fullname" . }}${suffix}
  labels:
    ${LABELS}${more}
`;
}
