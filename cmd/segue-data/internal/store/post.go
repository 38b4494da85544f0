package store

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Post sends a body to an address; a user and a password in it, or else a bearer's token,
// go into a header. An error does not hold the address, which may be secret; it is
// ErrAddress if that is no address.
func Post(ctx context.Context, address, token string, header map[string]string, body []byte) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, ErrAddress
	}
	user := u.User
	u.User = nil
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, ErrAddress
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if ue := (*url.Error)(nil); errors.As(err, &ue) {
		err = ue.Err
	}
	return res, err
}
