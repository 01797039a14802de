import { CACHE, FILES, TLS } from "../service/container.ts";
import { type Component, selector } from "./labels.ts";

/** What differs between pods of the image, as lines of YAML. */
export interface Pod {
  readonly component: Component;
  /** Of the verb that it runs. */
  readonly args: string;
  readonly env?: string;
  readonly port: { readonly name: string; readonly number: number };
  readonly probes: string;
  /** Settings that say how much it needs. */
  readonly resources: string;
}

/** Pods of a Deployment, without root, a token of the cluster or a disk that they may write. */
export function podTemplate({ component, args, env = "", port, probes, resources }: Pod): string {
  return `template:
    metadata:
      labels:
        ${selector(8, component)}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "fullname" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ .Values.runAsUser }}
        runAsGroup: {{ .Values.runAsUser }}
        fsGroup: {{ .Values.runAsUser }}
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              ${selector(14, component)}
      containers:
        - name: model
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          args:
            ${indented(args, 12)}
            - --log
            - --registry={{ .Values.registry.url | default "registry" }}
          env:
            - name: MODELWRIGHT_HOME
              value: {{ ternary "${CACHE}" "/tmp/modelwright" (contains "s3://" .Values.registry.url) }}
            {{- if .Values.registry.passwordSecret }}
            - name: PGPASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{ .Values.registry.passwordSecret }}
                  key: {{ .Values.registry.passwordKey }}
            {{- end }}${env === "" ? "" : `\n            ${indented(env, 12)}`}
          {{- with .Values.registry.s3.secret }}
          envFrom:
            - secretRef:
                name: {{ . }}
          {{- end }}
          ports:
            - name: ${port.name}
              containerPort: ${port.number}
          ${indented(probes, 10)}
          resources:
            {{- toYaml ${resources} | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]
          volumeMounts:
            - name: temporary
              mountPath: /tmp
            {{- if contains "s3://" .Values.registry.url }}
            - name: cache
              mountPath: ${CACHE}
            {{- end }}
            {{- if .Values.registry.filesClaim }}
            - name: files
              mountPath: ${FILES}
              readOnly: true
            {{- end }}${component === "server" ? TLS_MOUNT : ""}
      volumes:
        - name: temporary
          emptyDir:
            sizeLimit: {{ .Values.temporary }}
        {{- if contains "s3://" .Values.registry.url }}
        - name: cache
          emptyDir:
            sizeLimit: {{ .Values.registry.s3.cache }}
        {{- end }}
        {{- if .Values.registry.filesClaim }}
        - name: files
          persistentVolumeClaim:
            claimName: {{ .Values.registry.filesClaim }}
        {{- end }}${component === "server" ? TLS_VOLUME : ""}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`;
}

const TLS_MOUNT = `
            {{- if .Values.tls.secretName }}
            - name: tls
              mountPath: ${TLS}
              readOnly: true
            {{- end }}`;

const TLS_VOLUME = `
        {{- if .Values.tls.secretName }}
        - name: tls
          secret:
            secretName: {{ .Values.tls.secretName }}
            # 0440: the group above may read it.
            defaultMode: 288
        {{- end }}`;

/** Lines behind the first, so far to the right. */
function indented(lines: string, indent: number): string {
  return lines.replaceAll("\n", `\n${" ".repeat(indent)}`);
}
