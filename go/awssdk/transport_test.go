package awssdk_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/theory-cloud/tabletheory/go"
	"github.com/theory-cloud/tabletheory/go/awssdk"
)

var ctx = context.Background()

type account struct {
	_ struct{} `theorydb:"model:Account,table:accounts"`

	ID      string `theorydb:"pk,attr:id"`
	Balance tabletheory.Number
	Version int64 `theorydb:"version"`
}

// local starts `tabletheory local`, which checks signatures, and ends it with the test.
func local(t *testing.T) string {
	t.Helper()
	command := os.Getenv("TABLETHEORY_COMMAND")
	if command == "" {
		t.Fatal("TABLETHEORY_COMMAND has to name the tabletheory command; go/run_tests.py does")
	}
	server := exec.Command(command, "local", "--port", "0", "--credentials", "AKID:SECRET")
	stdout, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	address := regexp.MustCompile(`http://\S+`).FindString(line)
	if address == "" {
		t.Fatalf("the server said %q", line)
	}
	return address
}

func provider(secret string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: secret}, nil
	})
}

func sdk(address string, credentials aws.CredentialsProvider) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "eu-west-1", BaseEndpoint: &address, Credentials: credentials})
}

func over(t *testing.T, transport *awssdk.Transport) (*tabletheory.Client, *tabletheory.Table[account]) {
	t.Helper()
	client, err := tabletheory.Over(transport, tabletheory.WithTarget("local"),
		tabletheory.WithRetry(tabletheory.Retry{MaxAttempts: 2, BaseDelay: time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts, err := tabletheory.Open[account](client)
	if err != nil {
		t.Fatal(err)
	}
	return client, accounts
}

func TestEverythingGoesByTheSDKsClient(t *testing.T) {
	sdkClient := sdk(local(t), provider("SECRET"))
	client, accounts := over(t, &awssdk.Transport{Client: sdkClient})
	if _, err := accounts.EnsureTable(ctx, tabletheory.TableOptions{}); err != nil {
		t.Fatal(err)
	}
	made, err := accounts.Create(ctx, account{ID: "a", Balance: "12345678901234567890.50"})
	if err != nil || made.Balance != "12345678901234567890.5" {
		t.Fatalf("%+v %v", made, err)
	}
	_, err = accounts.Create(ctx, account{ID: "a"})
	var failure *tabletheory.Error
	if !errors.As(err, &failure) || failure.Code != tabletheory.ErrConditionFailed || failure.HTTPStatus != 400 || failure.RequestID == "" {
		t.Errorf("a duplicate: %v", err)
	}
	made.Balance = "0"
	if _, err := accounts.Update(ctx, made, tabletheory.Paths("balance")); err != nil {
		t.Error(err)
	}
	err = client.TransactWrite().
		Add(accounts.UpdateBuilder(tabletheory.K("a")).Decrement("balance", 10).Where(tabletheory.Attr("balance").Ge(10)).Action()).
		Add(accounts.CreateAction(account{ID: "b"})).Run(ctx)
	if !errors.Is(err, tabletheory.ErrTransactionCanceled) {
		t.Errorf("a transaction: %v", err)
	}
	// The SDK's client is as it was: its own calls see what ours wrote.
	tables, err := sdkClient.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil || len(tables.TableNames) != 1 || tables.TableNames[0] != "accounts" {
		t.Errorf("%+v %v", tables, err)
	}
}

func TestManyGoroutinesShareOneClient(t *testing.T) {
	_, accounts := over(t, &awssdk.Transport{Client: sdk(local(t), provider("SECRET"))})
	if _, err := accounts.EnsureTable(ctx, tabletheory.TableOptions{}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 32 {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := accounts.Create(ctx, account{ID: string(rune('A' + i))}); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	if count, err := accounts.Scan().Count(ctx); err != nil || count != 32 {
		t.Errorf("%d %v", count, err)
	}
}

func TestCredentialsThatAreRefusedOrNotThereAreTold(t *testing.T) {
	address := local(t)
	_, accounts := over(t, &awssdk.Transport{Client: sdk(address, provider("WRONG"))})
	_, err := accounts.Get(ctx, tabletheory.K("a"))
	var failure *tabletheory.Error
	if !errors.As(err, &failure) || failure.HTTPStatus != 400 {
		t.Errorf("a wrong secret: %v", err)
	}
	none := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New("nobody is logged in")
	})
	_, accounts = over(t, &awssdk.Transport{Client: sdk(address, none)})
	if _, err = accounts.Create(ctx, account{ID: "a"}); !errors.Is(err, tabletheory.ErrCredentials) {
		t.Errorf("no credentials: %v", err)
	}
	given, err := awssdk.Credentials(provider("SECRET"))(ctx)
	if err != nil || given.AccessKeyID != "AKID" || given.SecretAccessKey != "SECRET" {
		t.Errorf("%v", err)
	}
}

func TestAnEndpointThatIsNotThereHasSentNothing(t *testing.T) {
	_, accounts := over(t, &awssdk.Transport{Client: sdk("http://127.0.0.1:9", provider("SECRET"))})
	_, err := accounts.Create(ctx, account{ID: "a"})
	if !errors.Is(err, tabletheory.ErrTransport) || errors.Is(err, tabletheory.ErrOutcomeUnknown) {
		t.Errorf("%v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestADeadlineCutsOffTheSDKsCall(t *testing.T) {
	hanging := dynamodb.New(dynamodb.Options{Region: "eu-west-1", Credentials: provider("SECRET"),
		HTTPClient: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
	_, accounts := over(t, &awssdk.Transport{Client: hanging})
	limited, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	if _, err := accounts.Get(limited, tabletheory.K("a")); !errors.Is(err, tabletheory.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestOtherServicesGoTheNextWay(t *testing.T) {
	_, err := (&awssdk.Transport{}).Call(ctx, tabletheory.KMSAPI, "Decrypt", nil)
	if !errors.Is(err, tabletheory.ErrNotSent) {
		t.Errorf("%v", err)
	}
	next := tabletheory.TransportFunc(func(_ context.Context, _ tabletheory.Service, operation string, _ []byte) (tabletheory.Answer, error) {
		return tabletheory.Answer{Status: 200, RequestID: operation}, nil
	})
	answer, err := (&awssdk.Transport{Next: next}).Call(ctx, tabletheory.KMSAPI, "Decrypt", nil)
	if err != nil || answer.RequestID != "Decrypt" {
		t.Errorf("%+v %v", answer, err)
	}
}
