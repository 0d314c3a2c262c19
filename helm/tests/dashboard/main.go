// Reads a dashboard with the types that Grafana publishes of its own format, strictly: a key that it does not know, a value
// of another type or a field that it requires and that is missing is an error, with its path.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	if len(os.Args) != 2 {
		fail("usage: dashboard FILE")
	}
	// What ours consists of: a panel of another kind would be read without being looked at.
	known := cog.NewRuntime()
	known.RegisterPanelcfgVariant(stat.VariantConfig())
	known.RegisterPanelcfgVariant(timeseries.VariantConfig())
	known.RegisterDataqueryVariant(prometheus.VariantConfig())

	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	var read dashboard.Dashboard
	// What it returns is never nil: also of a good file it is a list, an empty one.
	var wrong cog.BuildErrors
	if err := read.UnmarshalJSONStrict(text); !errors.As(err, &wrong) || len(wrong) > 0 {
		fail(err)
	}
	var panels struct{ Panels []struct{ Type string } }
	if err := json.Unmarshal(text, &panels); err != nil {
		fail(err)
	}
	for _, panel := range panels.Panels {
		if panel.Type != "row" && panel.Type != "stat" && panel.Type != "timeseries" {
			fail("panel of a kind that is not looked at: ", panel.Type)
		}
	}
}

func fail(reason ...any) {
	fmt.Fprintln(os.Stderr, reason...)
	os.Exit(1)
}
