{{/* Name of every object of the operator: the release's, unless that says blobcache itself. */}}
{{- define "blobcache.name" -}}
{{- if contains "blobcache" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-blobcache" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
-operator
{{- end -}}

{{- define "blobcache.selector" -}}
app.kubernetes.io/name: blobcache-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "blobcache.labels" -}}
{{ include "blobcache.selector" . }}
app.kubernetes.io/part-of: blobcache
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* An image by its digest if it has one, else by its tag. */}}
{{- define "blobcache.image" -}}
{{- $image := .image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .version }}
{{- end -}}
{{- end -}}
