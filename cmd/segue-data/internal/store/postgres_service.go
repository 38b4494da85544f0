package store

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgservicefile"
)

// withService adds the service file to an address that names a service, or for which
// PGSERVICE does: the user's, which is the only one that pgx reads by itself, or else that
// of the system, as libpq finds them (PostgreSQL 17, section 32.17).
func withService(place string) (string, error) {
	name := cmp.Or(serviceOf(place), os.Getenv("PGSERVICE"))
	if name == "" {
		return place, nil
	}
	own := os.Getenv("PGSERVICEFILE")
	if home, err := os.UserHomeDir(); own == "" && err == nil {
		own = filepath.Join(home, ".pg_service.conf")
	}
	system := filepath.Join(cmp.Or(os.Getenv("PGSYSCONFDIR"), "/etc/postgresql-common"), "pg_service.conf")
	for _, path := range []string{own, system} {
		services, err := pgservicefile.ReadServicefile(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("%s cannot be read as a service file: %w", path, ErrAddress)
		}
		if _, err := services.GetService(name); err == nil {
			return inServiceFile(place, path), nil
		}
	}
	return "", fmt.Errorf("there is no service %q in %s or %s: %w", name, own, system, ErrAddress)
}

// serviceOf is the service that an address names.
func serviceOf(place string) string {
	if isPairs(place) {
		for _, pair := range strings.Fields(place) {
			if name, ok := strings.CutPrefix(pair, "service="); ok {
				return strings.Trim(name, "'")
			}
		}
		return ""
	}
	u, err := url.Parse(place)
	if err != nil {
		return ""
	}
	return u.Query().Get("service")
}

// inServiceFile is an address with the path of the service file.
func inServiceFile(place, path string) string {
	if u, err := url.Parse(place); err == nil && u.Scheme != "" {
		q := u.Query()
		q.Set("servicefile", path)
		u.RawQuery = q.Encode()
		return u.String()
	}
	return place + " servicefile='" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(path) + "'"
}
